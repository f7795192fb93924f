"""Copies the few third-party files the pages need from node_modules to static/vendor/, and nothing else.

Fonts: three weights in three subsets and one style sheet for them, and a face in four styles that documents are set in
by the server. Icons: one sprite, used as `<svg><use href="…/vendor/icons.svg#NAME"></use></svg>`. Only the standard
library is imported.
"""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"

WEIGHTS = ("400", "500", "600")
DOCUMENT_STYLES = ("400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic")
ICONS = """
    adjustments alert-circle alert-triangle api arrow-back-up arrow-left arrow-right bell book building
    building-community calendar chart-bar check chevron-down chevron-left chevron-right chevron-up
    circle-check circle-minus circle-plus clipboard-check clock device-floppy dots download external-link
    eye file-import file-pencil file-text filter history home inbox info-circle list-check lock logout mail
    menu-2 message minus pencil plus printer refresh search send shield-check target upload user users
    wifi-off writing-sign x
""".split()


def copy_fonts() -> None:
    """Copy the font files and write one style sheet: a browser loads only the subsets a page shows."""
    package = MODULES / "@fontsource" / "be-vietnam-pro"
    folder = VENDOR / "be-vietnam-pro"
    folder.mkdir()
    shutil.copy(package / "LICENSE", folder)
    faces = []
    for weight in WEIGHTS:
        sheet = (package / f"{weight}.css").read_text()
        sheet = re.sub(r", url\([^)]*\.woff\) format\('woff'\)", "", sheet)
        for name in re.findall(r"url\(\./files/([^)]+)\)", sheet):
            shutil.copy(package / "files" / name, folder)
        # Of two faces that have a letter the later is taken: "ă" is Vietnamese before it is extended Latin.
        subsets = re.findall(r"@font-face \{.*?\}", sheet, re.DOTALL)
        faces += sorted(subset.replace("./files/", "be-vietnam-pro/") for subset in subsets)
    (VENDOR / "be-vietnam-pro.css").write_text("\n".join(faces))


def copy_document_fonts() -> None:
    """Copy the face that documents are set in: of the same widths as the Times New Roman that offices write in."""
    package = MODULES / "@expo-google-fonts" / "tinos"
    folder = VENDOR / "tinos"
    folder.mkdir()
    shutil.copy(package / "LICENSE_FONT", folder / "LICENSE")
    for style in DOCUMENT_STYLES:
        shutil.copy(package / style / f"Tinos_{style}.ttf", folder)


def build_sprite() -> None:
    """Write the icons as one file of symbols that take their colour from the text around them."""
    package = MODULES / "@tabler" / "icons"
    symbols = []
    for name in ICONS:
        drawing = (package / "icons" / "outline" / f"{name}.svg").read_text()
        inside = drawing[drawing.index(">") + 1 : drawing.rindex("</svg>")]
        paths = [line.strip() for line in inside.splitlines() if line.strip() and 'stroke="none"' not in line]
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
            f' stroke-linecap="round" stroke-linejoin="round">{"".join(paths)}</symbol>'
        )
    sprite = ['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>", ""]
    (VENDOR / "icons.svg").write_text("\n".join(sprite))
    shutil.copy(package / "LICENSE", VENDOR / "icons.LICENSE")


def main() -> None:
    """Make static/vendor/ anew."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    copy_fonts()
    copy_document_fonts()
    build_sprite()


if __name__ == "__main__":
    main()
