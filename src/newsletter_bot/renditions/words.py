"""The few words that stand in for what a platform cannot carry, in the language of the issue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words; ``kinds`` are those of callouts."""

    notes: str
    image: str
    read_on: str
    kinds: Mapping[str, str]

    def kind(self, name: str) -> str:
        """What heads a callout of that kind."""
        return self.kinds.get(name, name.capitalize())


def _kinds(*words: str) -> Mapping[str, str]:
    return dict(zip(("note", "tip", "important", "warning", "caution"), words, strict=True))


ENGLISH = Words("Footnotes", "Image", "Read on", _kinds("Note", "Tip", "Important", "Warning", "Caution"))

NORWEGIAN = Words("Fotnoter", "Bilde", "Les videre", _kinds("Merk", "Tips", "Viktig", "Advarsel", "Forsiktig"))
HEBREW = Words("הערות שוליים", "תמונה", "להמשך הקריאה", _kinds("הערה", "טיפ", "חשוב", "אזהרה", "זהירות"))

LANGUAGES = {
    "en": ENGLISH,
    "de": Words("Fußnoten", "Bild", "Weiterlesen", _kinds("Hinweis", "Tipp", "Wichtig", "Warnung", "Vorsicht")),
    "fr": Words("Notes", "Image", "Lire la suite", _kinds("Note", "Astuce", "Important", "Attention", "Prudence")),
    "es": Words("Notas", "Imagen", "Seguir leyendo", _kinds("Nota", "Consejo", "Importante", "Aviso", "Cuidado")),
    "it": Words(
        "Note", "Immagine", "Continua a leggere", _kinds("Nota", "Consiglio", "Importante", "Avviso", "Cautela")
    ),
    "nl": Words(
        "Voetnoten", "Afbeelding", "Lees verder", _kinds("Opmerking", "Tip", "Belangrijk", "Waarschuwing", "Let op")
    ),
    "sv": Words("Fotnoter", "Bild", "Läs vidare", _kinds("Obs", "Tips", "Viktigt", "Varning", "Se upp")),
    "pt": Words("Notas", "Imagem", "Continuar a ler", _kinds("Nota", "Dica", "Importante", "Aviso", "Cuidado")),
    "pl": Words("Przypisy", "Obraz", "Czytaj dalej", _kinds("Uwaga", "Wskazówka", "Ważne", "Ostrzeżenie", "Ostrożnie")),
    "da": Words("Fodnoter", "Billede", "Læs videre", _kinds("Bemærk", "Tip", "Vigtigt", "Advarsel", "Pas på")),
    "fi": Words("Alaviitteet", "Kuva", "Lue lisää", _kinds("Huomaa", "Vinkki", "Tärkeää", "Varoitus", "Varo")),
    "cs": Words("Poznámky", "Obrázek", "Číst dál", _kinds("Poznámka", "Tip", "Důležité", "Varování", "Pozor")),
    "nb": NORWEGIAN,
    "nn": NORWEGIAN,
    "no": NORWEGIAN,
    "ru": Words(
        "Примечания", "Изображение", "Читать дальше", _kinds("Примечание", "Совет", "Важно", "Внимание", "Осторожно")
    ),
    "uk": Words("Примітки", "Зображення", "Читати далі", _kinds("Примітка", "Порада", "Важливо", "Увага", "Обережно")),
    "tr": Words(
        "Dipnotlar",
        "Görsel",
        "Devam\N{LATIN SMALL LETTER DOTLESS I}n\N{LATIN SMALL LETTER DOTLESS I} oku",
        _kinds("Not", "İpucu", "Önemli", "Uyar\N{LATIN SMALL LETTER DOTLESS I}", "Dikkat"),
    ),
    "ar": Words("الحواشي", "صورة", "تابع القراءة", _kinds("ملاحظة", "نصيحة", "مهم", "تحذير", "تنبيه")),
    "he": HEBREW,
    "iw": HEBREW,
    "zh": Words("脚注", "图片", "继续阅读", _kinds("注", "提示", "重要", "警告", "注意")),
    "ko": Words("각주", "이미지", "계속 읽기", _kinds("참고", "팁", "중요", "경고", "주의")),
    "ja": Words("脚注", "画像", "続きを読む", _kinds("注", "ヒント", "重要", "警告", "注意")),
}


def words_for(language: str) -> Words:
    """The words of a language tag such as ``pt-BR``; English for a language that has none here."""
    return LANGUAGES.get(language.replace("_", "-").split("-")[0].lower(), ENGLISH)
