"""An audit of the bundled dataset as it could come out, put together by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256

from graph.audit.model import (
    Comparison,
    Figure,
    Figures,
    Finding,
    Occasion,
    Profile,
    Rule,
    Run,
    Severity,
    State,
    Waiver,
    Words,
)

BASE = "https://w3id.org/mandategraph/id/"
SHAPE = "https://w3id.org/mandategraph/shapes/board/"
ONTOLOGY = "https://w3id.org/mandategraph/ontology/"

_GOVERNING, _PROGRAMME = "governing-bodies-officer", "programme-manager"
_MONEY, _REPORTS = "resource-mobilization-officer", "reporting-officer"


def words(*texts: str) -> Words:
    """Return texts by the languages of the tables, as many as are given."""
    return dict(zip(("en", "fr", "es", "ru", "zh", "ar"), texts, strict=False))


def _rule(
    identifier: str,
    names: Words,
    messages: Words,
    owner: str,
    severity: Severity,
    answers: tuple[str, ...],
    new_record: str = "",
    fixes: Words | None = None,
) -> Rule:
    return Rule(
        identifier,
        SHAPE + identifier,
        names,
        messages,
        words(
            "A board can follow up only what it knows to be in somebody’s hands.",
            "Un conseil ne peut suivre que ce qu’il sait confié à quelqu’un.",
            "Una junta solo puede dar seguimiento a lo que sabe confiado a alguien.",
            "Совет может следить лишь за тем, что кому-то поручено.",
            "执行局只能跟进其确知有人负责的事项。",
            "لا يستطيع المجلس أن يتابع إلا ما يعلم أنه في عهدة جهة ما.",
        ),
        "A/RES/62/278",
        fixes
        or words(
            "Enter it in the table, with the paragraph that says so.",
            "L’inscrire dans le tableau, avec le paragraphe qui le dit.",
            "Anótelo en la tabla, con el párrafo que lo dice.",
            "Внести в таблицу с указанием пункта, где об этом сказано.",
            "将其填入表格，并注明相关段落。",
            "يُدخل في الجدول مع الفقرة التي تذكره.",
        ),
        owner,
        severity,
        90,
        (ONTOLOGY + "addressee",),
        answers,
        new_record,
    )


RULES = (
    _rule(
        "ActShape-adoptedOn",
        words(
            "date of adoption",
            "date d’adoption",
            "fecha de aprobación",
            "дата принятия",
            "通过日期",
            "تاريخ الاعتماد",
        ),
        words(
            "The record does not say when the act was adopted.",
            "Le dossier ne dit pas quand l’acte a été adopté.",
            "El registro no dice cuándo se aprobó el acto.",
            "В записях не указано, когда принят акт.",
            "记录未载明该文件的通过日期。",
            "لا يذكر السجل تاريخ اعتماد الصك.",
        ),
        _GOVERNING,
        "warning",
        ("acts.adopted_on",),
    ),
    _rule(
        "CommitmentShape-outcome",
        words("outcome of a commitment", "issue d’un engagement"),
        words("The record holds no outcome of a commitment whose last day has passed."),
        _REPORTS,
        "violation",
        ("commitments.outcome_en",),
    ),
    _rule(
        "EventShape-place",
        words("place of an event", "lieu d’une manifestation"),
        words("The record does not say where the event takes place."),
        _GOVERNING,
        "info",
        ("events.place",),
    ),
    _rule(
        "FundingArrangementShape-amount",
        words(
            "amount of a funding arrangement",
            "montant d’un arrangement financier",
            "cuantía de un arreglo de financiación",
            "сумма финансирования",
            "供资安排的金额",
            "مبلغ ترتيب التمويل",
        ),
        words(
            "The record gives no amount and currency.",
            "Le dossier n’indique ni montant ni monnaie.",
            "El registro no indica cuantía ni moneda.",
            "В записях нет суммы и валюты.",
            "记录未载明金额和币种。",
            "لا يذكر السجل المبلغ والعملة.",
        ),
        _MONEY,
        "violation",
        ("funding.amount", "funding.currency"),
    ),
    _rule(
        "MandateShape-due",
        words(
            "due date or reporting point",
            "échéance",
            "plazo",
            "срок исполнения",
            "到期日或报告节点",
            "الموعد المحدد أو مناسبة الإبلاغ",
        ),
        words(
            "The record has no due date or reporting point, and no word that there is none.",
            "Le dossier n’indique ni échéance ni absence d’échéance.",
            "El registro no indica plazo ni dice que no lo haya.",
            "В записях нет ни срока, ни указания на его отсутствие.",
            "记录中既无到期日或报告节点，也未说明不存在。",
            "لا يتضمن السجل موعداً أو مناسبة للإبلاغ، ولا ما يفيد بعدم وجودهما.",
        ),
        _PROGRAMME,
        "violation",
        ("mandates.due",),
    ),
    _rule(
        "MandateShape-progress",
        words(
            "progress since the last meeting",
            "progrès depuis la dernière réunion",
            "avances desde la última reunión",
            "ход осуществления с прошлого заседания",
            "自上次会议以来的进展",
            "التقدم المحرز منذ الاجتماع الأخير",
        ),
        words(
            "No progress update since the last meeting is recorded: the record is silent.",
            "Aucune information sur les progrès depuis la dernière réunion : le dossier est muet.",
            "No consta ningún avance desde la última reunión: el registro guarda silencio.",
            "Сведений о ходе осуществления с прошлого заседания нет: записи молчат.",
            "自上次会议以来没有进展情况的记录：记录未提及。",
            "لا يوجد ما يفيد بالتقدم المحرز منذ الاجتماع الأخير: السجل صامت.",
        ),
        _PROGRAMME,
        "violation",
        ("progress.status",),
        "progress",
    ),
    _rule(
        "DeliverableShape-address",
        words("address of a published output"),
        words("A published output has no address."),
        "publications-officer",
        "warning",
        ("deliverables.address",),
    ),
    _rule(
        "ConflictShape-none",
        words("sources that disagree"),
        words("Two sources disagree, and nobody has said which one holds."),
        _REPORTS,
        "violation",
        ("observations.value",),
    ),
)

_ACTS = {
    "HSP/HA.1/Res.2": ("2", "3", "4", "8", "9"),
    "HSP/HA.1/Res.3": ("1-a", "2", "3", "4"),
    "HSP/HA.1/Res.4": ("1-a", "2", "5", "6"),
    "HSP/HA.1/Res.5": ("1-a", "2", "4", "5", "6"),
}
_ARRANGEMENTS = ("aacid-cod", "unda-cmr", "unda-gin")
_CITED = ("HSP/HA.1/Res.1", "A/RES/73/239")


def _finding(
    rule: str,
    thing: str,
    act: str = "",
    paragraph: str = "",
    severity: Severity = "violation",
    state: State = "not-captured",
    value: str = "",
    names: Words | None = None,
    waiver: bool = False,
) -> Finding:
    owner = next(known.owner for known in RULES if known.id == rule)
    identifier = sha256(f"{rule} {thing} {value}".encode()).hexdigest()[:12]
    accepted = Waiver(
        f"waiver-{identifier}",
        identifier,
        "A. Officer",
        "=SUM(1) is what the file of the section says; it is being asked for.",
        date(2020, 2, 1),
        date(2020, 3, 31) if rule.endswith("due") else date(2020, 12, 31),
    )
    return Finding(
        identifier,
        rule,
        severity,
        BASE + thing,
        names or {},
        value,
        (f"{BASE}act/{act}",) if act else (),
        (f"{BASE}act/{act}/paragraph/{paragraph}",) if paragraph else (),
        owner,
        state,
        "board-2019-11-19-0123456789ab",
        accepted if waiver else None,
        component="http://www.w3.org/ns/shacl#MinCountConstraintComponent",
    )


def _findings() -> tuple[Finding, ...]:
    found = []
    for act, keys in _ACTS.items():
        for number, key in enumerate(keys):
            paragraph = key.partition("-")[0]
            mandate = f"mandate/{act}/{key}"
            found.append(
                _finding("MandateShape-progress", mandate, act, paragraph, waiver=number == 3)
            )
            if number < 3:
                due = _finding("MandateShape-due", mandate, act, paragraph, "warning", "not-stated")
                found.append(due if number else replace(due, severity="violation"))
    found += [
        _finding("FundingArrangementShape-amount", f"funding/{key}", "HSP/HA.1/Res.5", "2",
                 "warning", "not-stated")
        for key in _ARRANGEMENTS
    ]  # fmt: skip
    found += [
        _finding("ActShape-adoptedOn", f"act/{act}", act, severity="warning", waiver=act[0] == "A")
        for act in _CITED
    ]
    found += [
        _finding(
            "EventShape-place",
            "event/eb-2020",
            "HSP/HA.1/Res.2",
            "1",
            "info",
            "could-not-judge",
        ),
        _finding(
            "EventShape-place",
            "event/unnamed",
            "HSP/HA.1/Res.4",
            "",
            "info",
            "",
            '"=HYPERLINK(1)"',
            {"en": "=2+3 <b>and & “quotes”", "zh": "@会议"},
        ),
    ]
    return tuple(sorted(found, key=lambda finding: finding.id))


def _figures(findings: tuple[Finding, ...]) -> Figures:
    applicable = {"MandateShape-due": 43, "MandateShape-progress": 43, "EventShape-place": 17,
                  "FundingArrangementShape-amount": 9, "ActShape-adoptedOn": 22}  # fmt: skip
    rules = {rule.id: Figure() for rule in RULES}
    rules["ConflictShape-none"] = Figure(applicable=12, unjudged=12)
    for rule, number in applicable.items():
        mine = [finding for finding in findings if finding.rule == rule]
        waived = sum(not finding.open for finding in mine)
        failed = len(mine) - waived
        rules[rule] = Figure(number, number - len(mine), failed, waived)
    owners: dict[str, Figure] = {}
    for known in RULES:
        owners[known.owner] = owners.get(known.owner, Figure()) + rules[known.id]
    total = sum(rules.values(), Figure())
    return Figures(
        total, rules, _by_act(findings), {BASE + "body/un-habitat-assembly": total}, owners
    )


def _by_act(findings: tuple[Finding, ...]) -> Mapping[str, Figure]:
    acts: dict[str, Figure] = {f"{BASE}act/HSP/HA.1/Dec.3": Figure(4, 4)}
    acts[f"{BASE}act/A/RES/71/256"] = Figure()
    for finding in findings:
        for act in finding.acts:
            failed = Figure(2, 1, 1) if finding.open else Figure(1, 0, 0, 1)
            acts[act] = acts.get(act, Figure()) + failed
    return acts


def sample_run() -> Run:
    """Return the audit: six rules with findings, one idle rule, one that could not be judged."""
    findings = _findings()
    return Run(
        "board-2020-03-31-abcdef012345",
        Profile(
            "board",
            words(
                "board paper",
                "document du conseil",
                "documento de la junta",
                "документ для совета",
                "执行局文件",
                "وثيقة المجلس",
            ),
            words("Whether the record is complete enough to be put before a governing body."),
            "5e1f0c9d8b7a",
            RULES,
        ),
        Occasion(
            date(2020, 3, 31),
            date(2019, 11, 20),
            BASE + "event/eb-2020",
            words(
                "Executive Board, session of 2020",
                "Conseil exécutif, session de 2020",
                "Junta Ejecutiva, período de sesiones de 2020",
                "Исполнительный совет, сессия 2020 года",
                "执行局2020年会议",
                "المجلس التنفيذي، دورة عام 2020",
            ),
        ),
        7,
        "9f" * 32,
        datetime(2020, 3, 10, 8, 30, tzinfo=UTC),
        findings,
        _figures(findings),
        {"ConflictShape-none": "The query took longer than 60 seconds."},
        {f"{BASE}act/HSP/HA.1/Res.1": {"en": "Resolution 1/1"}},
    )


def sample_comparison(run: Run) -> Comparison:
    """Return what became of the findings of an earlier run: three new, two resolved."""
    standing = tuple(finding for finding in run.findings if finding.open)
    accepted = tuple(finding for finding in run.findings if not finding.open)
    resolved = tuple(
        replace(
            finding, id=f"{finding.id[:8]}{key * 4}", thing=f"{BASE}mandate/HSP/HA.1/Res.2/{key}"
        )
        for finding, key in zip(standing, ("1", "5"), strict=False)
    )
    return Comparison(
        "board-2019-11-19-0123456789ab",
        standing[:3],
        resolved,
        standing[3:],
        accepted[:2],
        ("ConflictShape-none",),
    )
