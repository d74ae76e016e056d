"""Files: three steps up, one with a token down."""

import aiohttp
import pytest


async def test_a_file_is_uploaded_shared_and_downloaded(slack, web_client, ada):
    await web_client.files_upload_v2(
        content=b"a,b\n1,2\n", filename="r.csv", channel="C0ORDERS", initial_comment="the result"
    )

    message = await ada.sees("orders", "the result")
    file = message.files[0]
    assert (file["name"], file["size"], file["mimetype"]) == ("r.csv", 8, "text/csv")
    token = {"Authorization": f"Bearer {slack.workspace.app.bot_token}"}
    async with aiohttp.ClientSession() as session:
        async with session.get(file["url_private"], headers=token) as response:
            assert await response.read() == b"a,b\n1,2\n"
        async with session.get(file["url_private"], allow_redirects=False) as response:
            assert response.status == 302


async def test_an_upload_must_have_the_announced_length(slack, web_client, refused):
    upload = await web_client.files_getUploadURLExternal(filename="r.csv", length=3)

    async with (
        aiohttp.ClientSession() as session,
        session.post(upload["upload_url"], data=b"12345") as response,
    ):
        assert response.status == 400
    files = [{"id": upload["file_id"]}]
    assert await refused("files.completeUploadExternal", files=files) == "file_not_found"


@pytest.mark.parametrize("length", [0, -1])
async def test_an_empty_file_is_not_taken(refused, length):
    arguments = {"filename": "r.csv", "length": length}

    assert await refused("files.getUploadURLExternal", **arguments) == "invalid_arguments"


async def test_a_file_of_a_person_is_readable_for_the_bot(slack, web_client, ada):
    message = await ada.upload("orders", "list.csv", b"x", text="import this")

    info = await web_client.files_info(file=message.files[0]["id"])

    assert info["file"]["user"] == ada.id
    assert info["file"]["channels"] == ["C0ORDERS"]
