"""The words of the made-up posts. Data only; no place or person here is real."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Patterns with slots, and the words for the slots; ``{n}`` is a number."""

    slots: Mapping[str, tuple[str, ...]]
    people: tuple[str, ...]
    headlines: tuple[str, ...]
    standfirsts: tuple[str, ...]
    sentences: tuple[str, ...]


ENGLISH_SLOTS: Mapping[str, tuple[str, ...]] = {
    "place": (
        "Port Ansel",
        "Selkrin",
        "Lower Kelmoor",
        "Tessmark",
        "the Lark Bridge",
        "Wendle Reach",
        "Marrow Lock",
        "Osier Island",
        "Pell Harbour",
        "Thornmouth",
        "Haddow Fen",
        "the old customs house",
    ),
    "body": (
        "the harbour office",
        "the parish council",
        "the dyke board",
        "the ferry company",
        "the fish market",
        "the river police",
        "the school board",
        "the waterworks",
        "the toll committee",
        "the pilots' guild",
    ),
    "who": (
        "Brenna Oltmar",
        "Hollis Varn",
        "Ketil Dunmore",
        "Sanna Pryde",
        "Orrin Castell",
        "Maud Tillery",
        "Jory Ashlock",
        "Ines Corvane",
        "Pim Haverly",
        "Della Roake",
    ),
    "thing": (
        "sluice gate",
        "coal barge",
        "reed harvest",
        "eel weir",
        "night ferry",
        "lamp oil",
        "dredger",
        "salt tax",
        "bell buoy",
        "towpath",
        "tide gauge",
        "fog signal",
        "mooring fee",
        "grain store",
    ),
    "act": ("repairs", "sells", "closes", "inspects", "defends", "measures", "postpones", "reopens", "counts"),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"),
}  # fmt: skip

ENGLISH = Vocabulary(
    slots=ENGLISH_SLOTS,
    people=("Tamsin Wray", "Edric Loam", "Nell Barrow", "Osric Penn", "Wilhelmina Tarn", "Casper Quill"),
    headlines=(
        "{body} {act} the {thing} at {place}",
        "Why the {thing} matters to {place}",
        "{who} leaves {body} after a quarrel over the {thing}",
        "{n} questions about the {thing} of {place}",
        "Letters: the {thing}, and what {body} knew",
        "{place} waits for its {thing}",
        "A week with {body} and a broken {thing}",
        "The {thing} returns to {place}, and so does {who}",
    ),
    standfirsts=(
        "What {who} told us on {day}, and what the papers of {body} say.",
        "After {n} weeks there is an answer, and it costs {n},000 crowns.",
        "Nobody in {place} expected the {thing} to last this long.",
        "The minutes of {body} are public; few have read them.",
    ),
    sentences=(
        "On {day} morning {n} people stood in the rain before {body} and asked to see the accounts of the {thing}.",
        "{who}, who has worked at {place} for {n} years, says that the {thing} was never meant to carry such a load.",
        "The ledger shows {n} payments that nobody has signed, the last of them dated to the week before the flood.",
        "In {place} the shops closed early, because the water had reached step {n} of the quay stairs by noon.",
        "A spokesman of {body} read out a short statement and would not take any questions afterwards.",
        "The price of a {thing} has risen by {n} per cent since the autumn, and dealers expect it to rise again.",
        "{who} keeps a notebook in which every passing barge is written down, with its cargo and its draught.",
        "According to that notebook only {n} boats went upstream in February, fewer than in any year since the war.",
        "The engineers measured the bank at {place} and found it {n} centimetres lower than the drawings say.",
        "Older residents remember another {thing}, which was carried away by the ice one night in March.",
        "Whether {body} may spend the money at all is a matter that the court has not yet decided.",
        "We asked {body} for its view four times by letter and once at the counter, and received no reply.",
        "The contract runs for {n} years and can only be ended if both sides agree to it in writing.",
        "Two of the {n} members abstained, one was ill, and the chair voted twice by mistake.",
        "It is quiet at {place} in the evenings now, apart from the pumps, which run until the morning.",
        "{who} calls the whole affair a misunderstanding and promises to publish the missing pages by {day}.",
        "The new rules apply from the first of the month, though hardly anyone at {place} has heard of them.",
        "Nobody was hurt when the {thing} came loose, but {n} crates of lemons drifted as far as the estuary.",
        "A second survey, paid for by {body}, came to the opposite result with nearly the same numbers.",
        "The children of {place} have made a song about the {thing}, and it is not a flattering one.",
        "Visitors are advised to take the upper road, since the towpath will stay closed for {n} days.",
        "What remains is a bill of {n},000 crowns and a hole in the ground that fills at every tide.",
    ),
)

RUSSIAN_SLOTS: Mapping[str, tuple[str, ...]] = {
    "place": ("Порт-Ансель", "Селькрин", "Нижний Кельмур", "Тессмарк", "Торнмут", "Старый Шлюз"),
    "body": ("портовая контора", "приходской совет", "паромная компания", "речная полиция", "школьная комиссия"),
    "who": ("Брен Ольтмар", "Кетиль Дунмор", "Саня Прайд", "Инес Корвана", "Делла Роук"),
    "thing": ("паром", "шлюз", "маяк", "причал", "насос", "мост"),
    "day": ("понедельник", "вторник", "четверг"),
}  # fmt: skip

RUSSIAN = Vocabulary(
    slots=RUSSIAN_SLOTS,
    people=("Тамара Рэй", "Эдрик Лоам", "Нелли Барроу"),
    headlines=(
        "{place}: старый {thing} снова закрыт на ремонт",
        "{body} считает убытки: {n} тысяч крон",
        "Почему {thing} не доживёт до весны",
        "{n} вопросов о том, кому нужен новый {thing}",
        "{who} уходит: {body} молчит",
    ),
    standfirsts=(
        "Что рассказали жители и о чём молчат документы.",
        "Через {n} недель появился ответ, и он никому не понравился.",
    ),
    sentences=(
        "Утром у входа под дождём стояли {n} человек и просили показать им счета за прошлый год.",
        "Старый {thing} никогда не был рассчитан на такую нагрузку, говорит {who}, проработав здесь много лет.",
        "В книге записаны {n} платежей, которые никто не подписал, последний сделан за неделю до наводнения.",
        "Лавки закрылись рано, потому что к полудню вода дошла до верхней ступени набережной.",
        "Представитель конторы прочитал короткое заявление и не стал отвечать на вопросы журналистов.",
        "Цены выросли на {n} процентов с осени, и торговцы ждут, что весной они вырастут снова.",
        "{who} ведёт тетрадь, куда вписана каждая баржа, её груз и её осадка.",
        "По этим записям в феврале вверх по реке прошло всего {n} судов, меньше обычного.",
        "Инженеры измерили берег и нашли, что он на {n} сантиметров ниже, чем указано на чертежах.",
        "Пожилые жители помнят другой {thing}, который однажды ночью в марте унесло льдом.",
        "Можно ли вообще тратить эти деньги, суд до сих пор не решил.",
        "Мы четыре раза писали и один раз приходили сами, но {body} так и не ответила.",
        "Договор заключён на {n} лет и может быть расторгнут только с письменного согласия обеих сторон.",
        "Двое воздержались, один болел, а председатель по ошибке проголосовал дважды.",
        "По вечерам здесь теперь тихо, слышно только насосы, которые работают до самого утра.",
        "Новые правила действуют с первого числа, хотя почти никто о них не слышал.",
        "Никто не пострадал, но {n} ящиков с лимонами унесло течением до самого устья.",
        "Второе обследование пришло к противоположному выводу почти с теми же самыми цифрами.",
    ),
)
