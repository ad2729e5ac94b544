"""Words for the texts of a synthetic dataset, in the six official languages."""

from __future__ import annotations

from random import Random

from bench.synthetic.quads import LABEL, text

_WORDS = {
    "en": "safer fair open rural urban shared public local annual joint housing water transport "
    "finance planning training climate gender youth migration data land health energy culture "
    "markets streets schools harbours forests review survey strategy framework partnership",
    "fr": "sûr équitable ouvert rural urbain commun public local annuel logement eau transport "
    "finances planification formation climat jeunesse migration données terres santé énergie",
    "es": "seguro justo abierto rural urbano común público local anual vivienda agua transporte "
    "finanzas planificación formación clima juventud migración datos tierras salud energía",
    "ru": "безопасный справедливый открытый сельский городской общий местный ежегодный жилье вода "
    "транспорт финансы планирование обучение климат молодежь миграция данные земля здоровье",
    "zh": "安全 公平 开放 农村 城市 共同 公共 地方 年度 住房 水 交通 资金 规划 "
    "培训 气候 青年 移徙 数据 土地",
    "ar": "آمن عادل مفتوح ريفي حضري مشترك عام محلي سنوي إسكان مياه نقل تمويل تخطيط تدريب مناخ شباب",
}
_LISTS = {language: words.split() for language, words in _WORDS.items()}


def phrase(random: Random, length: int, language: str = "en") -> str:
    """Return a number of words in a language, which need not make sense."""
    return " ".join(random.choices(_LISTS[language], k=length))


def labels(random: Random, length: int, others: float = 0.3) -> list[tuple[str, str]]:
    """Return a name in English, and in each other language with a probability."""
    found = [(LABEL, text(phrase(random, length)))]
    for language in _LISTS:
        if language != "en" and random.random() < others:
            found.append((LABEL, text(phrase(random, length, language), language)))
    return found
