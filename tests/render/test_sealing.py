import base64
import hashlib

import pytest

from csrkit.errors import RunError
from csrkit.render.sealing import find_outside_resources, seal

PAGE = (
    '<html><head>\n<meta charset="utf-8">\n<style>a{}</style></head>'
    "<body>%s<script>1</script></body></html>"
)


def digest(text):
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_only_the_files_own_style_and_script_may_run(tmp_path):
    file = tmp_path / "report.html"
    file.write_text(PAGE % "", encoding="utf-8")
    seal(file)
    text = file.read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert f"style-src 'sha256-{digest('a{}')}'" in text
    assert f"script-src 'sha256-{digest('1')}'" in text


@pytest.mark.parametrize(
    "code",
    [
        '<img src="https://a.example/x.png">',
        '<img alt="a" src="../figures/x.svg">',
        '<link rel="stylesheet" href="https://a.example/x.css">',
        '<script src="x.js"></script>',
        "<style>a { background: url(https://a.example/x.png) }</style>",
        "<style>@import 'x.css';</style>",
    ],
)
def test_a_page_that_would_load_something_is_refused(tmp_path, code):
    file = tmp_path / "report.html"
    file.write_text(PAGE % code, encoding="utf-8")
    with pytest.raises(RunError, match="load something"):
        seal(file)


def test_links_and_embedded_images_load_nothing():
    assert (
        find_outside_resources(
            '<a href="https://a.example">x</a><img src="data:image/png;base64,AA">'
        )
        == []
    )


def test_an_inline_style_is_refused_since_the_policy_would_drop_it(tmp_path):
    file = tmp_path / "report.html"
    file.write_text(PAGE % '<td style="text-align: right;">1</td>', encoding="utf-8")
    with pytest.raises(RunError, match="inline style"):
        seal(file)
