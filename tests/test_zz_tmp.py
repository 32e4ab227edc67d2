import sys
from tests.players import running, free_port
def test_x(visitor, replaywebpage_files, tmp_path):
    port=free_port()
    cmd=[sys.executable,"-m","archive.cli","replay","/tmp/pl/press2.wacz","--player",str(replaywebpage_files),"--port",str(port)]
    with running(cmd, port, tmp_path/"log"):
      for ts in ("20261123091218","20261123091225","20261123091231"):
        p=visitor.page()
        def show(r):
            if "mp_/http://blog.test" in r.url: print("\nRESP", r.status, r.url[-60:], r.headers.get("memento-datetime"), r.headers.get("date"), r.headers.get("x-archive-orig-date"), r.headers.get("content-security-policy"), r.headers.get("link"))
        p.on("response", show)
        p.goto(f"http://127.0.0.1:{port}/#view=pages&url=http%3A%2F%2Fblog.test%2F&ts={ts}")
        p.wait_for_timeout(7000)
        for f in p.frames: 
            if 'mp_' in f.url: print("FRAME", ts, f.url[-60:], f.evaluate("document.documentElement.outerHTML.match(/wbinfo[^;]*ts[^;]*;/g)"), f.evaluate("document.cookie"))
