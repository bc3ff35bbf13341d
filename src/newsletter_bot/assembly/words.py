"""The few words that the bot itself puts into an issue, in the newsletter's language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words; ``month`` leads a paragraph about ``{month}``, ``place`` follows an event there."""

    housekeeping: str
    events: str
    footnotes: str
    online: str
    new: str
    moved: str
    cancelled: str
    reading: str
    month: str = "{month}"
    place: str = ", {place}"
    colon: str = ": "
    stop: str = "."


ENGLISH = Words(
    *("Housekeeping", "Events", "Footnotes", "online", "new", "moved", "cancelled", "{minutes} min read"),
    *("In {month}", " in {place}"),
)

NORWEGIAN = Words(
    *("Nytt fra redaksjonen", "Arrangementer", "Fotnoter", "på nett", "nytt", "flyttet", "avlyst"),
    *("{minutes} min lesetid", "I {month}", ", {place}"),
)
HEBREW = Words(
    *("הודעות", "אירועים", "הערות שוליים", "מקוון", "חדש", "המועד השתנה", "בוטל"),
    *("{minutes} דק\N{HEBREW PUNCTUATION GERESH} קריאה", "ב{month}", ", {place}"),
)

LANGUAGES = {
    "en": ENGLISH,
    "de": Words(
        *("In eigener Sache", "Termine", "Fußnoten", "online", "neu", "verschoben", "abgesagt"),
        *("{minutes} Min. Lesezeit", "Im {month}", " in {place}"),
    ),
    "fr": Words(
        *("En coulisses", "Agenda", "Notes", "en ligne", "nouveau", "déplacé", "annulé"),
        *("{minutes} min de lecture", "En {month}", ", {place}", "\N{NO-BREAK SPACE}: "),
    ),
    "es": Words(
        *("Avisos", "Eventos", "Notas", "en línea", "nuevo", "cambio de fecha", "cancelado"),
        *("{minutes} min de lectura", "En {month}", " en {place}"),
    ),
    "it": Words(
        *("Avvisi", "Appuntamenti", "Note", "online", "nuovo", "spostato", "annullato"),
        *("{minutes} min di lettura", "A {month}", ", {place}"),
    ),
    "nl": Words(
        *("Mededelingen", "Agenda", "Voetnoten", "online", "nieuw", "verplaatst", "afgelast"),
        *("{minutes} min lezen", "In {month}", " in {place}"),
    ),
    "sv": Words(
        *("Kort och gott", "Evenemang", "Fotnoter", "online", "nytt", "flyttat", "inställt"),
        *("{minutes} min läsning", "I {month}", " i {place}"),
    ),
    "pt": Words(
        *("Avisos", "Eventos", "Notas", "online", "novo", "nova data", "cancelado"),
        *("{minutes} min de leitura", "Em {month}", ", {place}"),
    ),
    "pl": Words(
        *("Ogłoszenia", "Wydarzenia", "Przypisy", "online", "nowe", "przeniesione", "odwołane"),
        *("{minutes} min czytania",),
    ),
    "da": Words(
        *("Nyt fra redaktionen", "Arrangementer", "Fodnoter", "online", "nyt", "flyttet", "aflyst"),
        *("{minutes} min. læsning", "I {month}", ", {place}"),
    ),
    "fi": Words(
        *("Tiedotteita", "Tapahtumat", "Alaviitteet", "verkossa", "uusi", "siirretty", "peruttu"),
        *("{minutes} min lukuaika",),
    ),
    "cs": Words(
        *("Oznámení", "Akce", "Poznámky", "online", "nové", "přesunuto", "zrušeno"),
        *("{minutes} min čtení",),
    ),
    "nb": NORWEGIAN,
    "nn": NORWEGIAN,
    "no": NORWEGIAN,
    "ru": Words(
        *("Объявления", "События", "Примечания", "онлайн", "новое", "перенесено", "отменено"),
        *("{minutes} мин чтения",),
    ),
    "uk": Words(
        *("Оголошення", "Події", "Примітки", "онлайн", "нове", "перенесено", "скасовано"),
        *("{minutes} хв читання",),
    ),
    "tr": Words(
        *("Duyurular", "Etkinlikler", "Dipnotlar", "çevrimiçi", "yeni", "tarihi değişti", "iptal edildi"),
        *("{minutes} dk okuma süresi",),
    ),
    "ar": Words(
        *("إعلانات", "فعاليات", "الحواشي", "عبر الإنترنت", "جديد", "تغيّر الموعد", "أُلغي"),
        *("مدة القراءة: {minutes} د", "في {month}", "، {place}"),
    ),
    "he": HEBREW,
    "iw": HEBREW,
    "zh": Words(
        *("公告", "活动", "脚注", "线上", "新增", "改期", "取消"),
        *(
            "阅读约{minutes}分钟",
            "{month}",
            "\N{FULLWIDTH COMMA}{place}",
            "\N{FULLWIDTH COLON}",
            "\N{IDEOGRAPHIC FULL STOP}",
        ),
    ),
    "ko": Words(
        *("알림", "행사", "각주", "온라인", "신규", "일정 변경", "취소"),
        *("읽는 데 약 {minutes}분",),
    ),
    "ja": Words(
        *("お知らせ", "イベント", "脚注", "オンライン", "新着", "日程変更", "中止"),
        *("約{minutes}分で読めます", "{month}", "、{place}", "\N{FULLWIDTH COLON}", "\N{IDEOGRAPHIC FULL STOP}"),
    ),
}


def words_for(language: str) -> Words:
    """The words of a language tag such as ``pt-BR``; English for a language that has none here."""
    return LANGUAGES.get(language.replace("_", "-").split("-")[0].lower(), ENGLISH)
