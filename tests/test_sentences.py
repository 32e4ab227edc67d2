"""Where sentences begin and end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.sentences import sentences, spans

TEXTS = [
    ("He paid Mr. Low $3.5 million. Why? Nobody knows.", ["He paid Mr. Low $3.5 million.", "Why?", "Nobody knows."]),
    ("The U.S. Senate voted. J. K. Orme wrote.", ["The U.S. Senate voted.", "J. K. Orme wrote."]),
    ("He lives in the U.S. The law is new.", ["He lives in the U.S.", "The law is new."]),
    ("At 5 p.m. the bell rang. It stopped.", ["At 5 p.m. the bell rang.", "It stopped."]),
    ("“What?” he said. “No!” She left.", ["“What?” he said.", "“No!”", "She left."]),
    ("Am 3. Oktober kam er. Das war z.B. neu.", ["Am 3. Oktober kam er.", "Das war z.B. neu."]),
    ("Er ist 23. Sie nicht.", ["Er ist 23.", "Sie nicht."]),
    ("Il vit à Lyon. Pourquoi ? Personne ne sait.", ["Il vit à Lyon.", "Pourquoi ?", "Personne ne sait."]),
    ("¿Por qué? Nadie lo sabe. ¡Vaya!", ["¿Por qué?", "Nadie lo sabe.", "¡Vaya!"]),
    ("Он приехал в г. Тверь. Это так.", ["Он приехал в г. Тверь.", "Это так."]),
    ("هذا خبر. وهذا آخر؟ نعم.", ["هذا خبر.", "وهذا آخر؟", "نعم."]),
    ("これは新しい。東京です！はい", ["これは新しい。", "東京です！", "はい"]),
    ("Well... that was it. (He left.) Then…", ["Well... that was it.", "(He left.)", "Then…"]),
    ("See variorum.example for more. It is free.", ["See variorum.example for more.", "It is free."]),
    ("The firm is Orme Ltd. It sells rope.", ["The firm is Orme Ltd.", "It sells rope."]),
    ("", []),
    ("  no end here  ", ["no end here"]),
]


@pytest.mark.parametrize(("text", "wanted"), TEXTS, ids=[text[:30] for text, _ in TEXTS])
def test_a_paragraph_is_cut_where_its_sentences_end(text: str, wanted: list[str]) -> None:
    assert list(sentences(text)) == wanted


WORDS = st.text(alphabet="aB. !?…\"”'’( )1٣م。漢\n\u00a0é", max_size=80)


@given(WORDS)
def test_sentences_are_in_order_and_hold_all_but_blanks(text: str) -> None:
    at = 0
    for start, end in spans(text):
        assert start >= at
        assert text[at:start].strip() == ""
        assert text[start:end].strip() == text[start:end] != ""
        at = end
    assert text[at:].strip() == ""
