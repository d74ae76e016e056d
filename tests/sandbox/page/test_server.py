"""What the page answers without a browser."""

import httpx
import pytest


@pytest.fixture
async def http(place):
    async with httpx.AsyncClient(base_url=place.page.url, verify=False) as http:
        yield http


async def test_files_that_are_no_pictures_are_only_saved(place, http):
    """Otherwise an uploaded page would run in the page's own name."""
    workspace = place.slack.workspace
    file = workspace.files.add("x.html", b"<script>", "U0ADA")

    saved = await http.get(f"/files/{file.id}")
    shown = await http.get(f"/files/{place.picture}")

    assert saved.headers["content-disposition"] == "attachment"
    assert saved.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-type"] == "image/png"
    assert "content-disposition" not in shown.headers
    assert (await http.get("/files/F404")).status_code == 404


async def test_only_this_machine_is_answered(http):
    """A strange name that leads here is somebody else's web page."""
    assert (await http.get("/", headers={"Host": "evil.example.com"})).status_code == 400


async def test_the_page_needs_nobody_else(http):
    html = (await http.get("/")).text

    assert "/static/page.js" in html
    assert "http://" not in html.replace("http://www.w3.org/", "").replace("http://127.0.0.1", "")
    assert "https://" not in html
