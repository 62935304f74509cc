"""A figure looks the same on every machine, and becomes the same bytes.

In: small figures. Out: nothing. It must not know any figure of the study.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from matplotlib import font_manager

from analytics.display import style

TICKERS = ("NVDA", "META", "TSM", "2330.TW", "^GSPC", "AMD")


@pytest.fixture(autouse=True)
def no_figures_left():
    yield
    plt.close("all")


def drawn(points: int = 5):
    with style.style():
        figure, ax = plt.subplots()
        ax.plot(range(points), range(points), marker="o", label="line")
        ax.set_title("What is $5 worth?")
    return figure


def test_settings_hold_only_inside_the_context():
    before = dict(mpl.rcParams)
    with style.style():
        assert mpl.rcParams["svg.hashsalt"] == "analytics"
    assert dict(mpl.rcParams) == before


def test_importing_the_plots_changes_no_setting_and_opens_no_figure():
    code = (
        "import matplotlib as mpl; before = dict(mpl.rcParams)\n"
        "import analytics as ma; ma.plots\n"
        "import matplotlib.pyplot as plt\n"
        "assert dict(mpl.rcParams) == before and not plt.get_fignums()"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)


def test_import_of_the_package_leaves_matplotlib_alone():
    code = "import sys, analytics; sys.exit('matplotlib' in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)


def test_text_is_legible_on_a_phone():
    pixels = style.TEXT * 96 / 72 * style.PHONE / style.WIDTH
    assert pixels >= style.SMALLEST


@pytest.mark.parametrize("ticker", TICKERS)
def test_label_text_has_contrast_on_white(ticker):
    assert style.contrast(style.text_colour(style.colour(ticker))) >= 4.5


def test_contrast_is_that_of_wcag():
    assert style.contrast("black") == pytest.approx(21.0)
    assert style.contrast("#767676") == pytest.approx(4.54, abs=0.01)  # the known limit


def test_at_most_four_colours_are_given_out():
    many = ["NVDA", "META", "TSM", "AMD", "MSFT", "GOOGL"]
    shades = {style.colour(one, many) for one in many} - {style.CONTEXT}
    assert len(shades) == 4


def test_wrapped_lines_fit_and_lose_no_word():
    text = "the band is the exact forecast error of the sum, percent"
    lines = style.wrap(text, 200)
    assert " ".join(lines) == text
    assert max(style.text_width(line) for line in lines) <= 200


def test_measured_width_is_the_drawn_width():
    with style.style():
        figure = plt.figure()
        text = figure.text(0, 0, "TSMC (2330.TW) −10.8 %")
        box = text.get_window_extent(figure.canvas.get_renderer())
    assert style.text_width(text.get_text()) == pytest.approx(box.width, rel=0.03)


def test_same_figure_gives_the_same_svg_without_date_or_version():
    first, second = (style.figure_svg(drawn(), alt="A line") for _ in range(2))
    assert first == second
    assert "<title>A line</title>" in first
    assert "dc:date" not in first
    assert mpl.__version__ not in first
    assert "<text" not in first  # letters are paths


def test_same_figure_gives_the_same_png_at_twice_the_size():
    first, second = (style.figure_png(drawn()) for _ in range(2))
    assert first == second
    assert b"matplotlib" not in first.lower()
    wide = int.from_bytes(first[16:20], "big")
    assert wide == pytest.approx(drawn().get_size_inches()[0] * 2 * style.DPI, abs=1)


def test_settings_of_the_reader_do_not_change_the_bytes():
    plain = style.figure_svg(drawn())
    with mpl.rc_context({"font.family": "serif", "lines.linewidth": 9, "svg.hashsalt": None}):
        assert style.figure_svg(drawn()) == plain


def test_many_marks_become_a_png():
    assert isinstance(style.render(drawn(100)), str)
    assert style.render(drawn(style.MANY_MARKS)).startswith(b"\x89PNG")


def test_shown_figure_carries_its_alt_text_and_is_closed():
    figure = drawn()
    shown = style.show(figure, "A line from 0 to 4.")
    data, metadata = shown._repr_mimebundle_()
    assert metadata["image/svg+xml"]["alt"] == "A line from 0 to 4."
    assert data["image/svg+xml"].count("<svg") == 1
    assert data["text/plain"] == repr(shown) == "A line from 0 to 4."
    assert not plt.fignum_exists(figure.number)


def test_figure_without_alt_text_is_refused():
    with pytest.raises(ValueError, match="alt text"):
        style.show(drawn(), " ")


def test_names_are_english_unless_chinese_is_asked_for(monkeypatch):
    monkeypatch.setattr(style, "cjk_font", lambda: "a font")
    assert style.name("TSM") == "TSMC (TSM)"
    assert style.name("TSM", chinese=True) == "台積電 TSMC (TSM)"
    assert style.name("META", chinese=True) == "Meta"


def test_without_a_chinese_font_the_english_name_stays(monkeypatch):
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [])
    monkeypatch.setattr(font_manager, "findSystemFonts", list)
    assert style.cjk_font() is None
    assert style.name("NVDA", chinese=True) == "NVIDIA"
    with style.style(chinese=True):
        assert mpl.rcParams["font.family"] == ["DejaVu Sans"]


def test_a_font_whose_file_is_gone_does_not_count(monkeypatch):
    gone = SimpleNamespace(name="Noto Sans CJK TC", fname="/nowhere/NotoSansCJK-Regular.ttc")
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [gone])
    monkeypatch.setattr(font_manager, "findSystemFonts", list)
    assert style.cjk_font() is None


def test_a_font_newer_than_the_list_of_fonts_is_found(monkeypatch, tmp_path):
    path = tmp_path / "NotoSansCJK-Regular.ttc"
    path.touch()
    fonts = font_manager.fontManager
    monkeypatch.setattr(fonts, "ttflist", [])
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(path)])
    entry = SimpleNamespace(name="Noto Sans CJK TC", fname=str(path))
    monkeypatch.setattr(fonts, "addfont", lambda _: fonts.ttflist.append(entry))
    assert style.cjk_font() == "Noto Sans CJK TC"
