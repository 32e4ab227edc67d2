import sys, pytest
from pathlib import Path
from tests.players import running, free_port
from tests.served import served

@pytest.fixture(scope="module")
def room():
    with served(Path("/tmp/pl/press")) as roots:
        yield roots.room

@pytest.fixture(scope="module")
def port(replaywebpage_files, tmp_path_factory):
    port=free_port()
    cmd=[sys.executable,"-m","archive.cli","replay","/tmp/pl/press2.wacz","--player",str(replaywebpage_files),"--port",str(port)]
    with running(cmd, port, tmp_path_factory.mktemp("x")/"log"):
        yield port

@pytest.mark.parametrize("n", range(14))
def test_x(visitor, n, room, port):
    rp=visitor.page(); rp.goto(room+"/"); rp.evaluate("localStorage.setItem('secret', 'x'); document.cookie='s=1'"); rp.close()
    log=[]
    p=visitor.page()
    p.on("console", lambda m: log.append("CONSOLE "+ m.text))
    p.on("pageerror", lambda m: log.append("ERROR "+ str(m)))
    visitor.context.on("response", lambda r: log.append(f"{r.status} {r.url[:100]}"))
    visitor.context.on("requestfailed", lambda r: log.append(f"FAILED {r.url[:100]} {r.failure}"))
    p.goto(f"http://localhost:{port}/#view=pages&url=http%3A%2F%2Fblog.test%2Fhostile&ts=20261123091221")
    for i in range(200):
        p.wait_for_timeout(100)
        if any("mp_/http" in f.url for f in p.frames): break
    else:
        print("\n".join(log)); assert 0
