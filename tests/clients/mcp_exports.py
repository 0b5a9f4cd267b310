"""Exports a chat with the Python MCP client, reads it back as resources, and prints what it saw, one JSON object.

Usage: mcp_exports.py MODE CHAT COMMAND ARGUMENT…    where MODE is "legacy" or "auto" (which negotiates the modern era).
"""

import asyncio
import json
import sys

from mcp import Client, StdioServerParameters
from mcp.client.subscriptions import ResourceUpdated


async def export(client, fetch, chat, progress):
    """The last answer of an export that is asked for until it is complete: its structure, and the links beside it."""

    async def on_progress(step, total, message):
        progress.append([step, message])

    question = {"chat": chat, "output": "export", "response_format": "detailed"}
    while True:
        result = await client.call_tool(fetch, question, progress_callback=on_progress)
        text, *links = result.content
        assert json.loads(text.text) == result.structured_content
        info = result.structured_content["page_info"]
        if not info["has_more"]:
            return result.structured_content, [link.model_dump(mode="json", by_alias=True) for link in links]
        question = {"cursor": info["cursor"]}


async def read(client, uri):
    """The media type and the text of a resource."""
    (contents,) = (await client.read_resource(uri)).contents
    return contents.mime_type, contents.text


async def updated(client, mode, uri, heard):
    """Whether the client hears of a resource that grows no more, once it asks to be told."""
    if mode == "legacy":
        await client.subscribe_resource(uri)
        await asyncio.wait_for(heard.wait(), 20)
        await client.unsubscribe_resource(uri)
        return True
    async with client.listen(resource_subscriptions=[uri]) as events:
        async for event in events:
            return event == ResourceUpdated(uri=uri)
    return False


async def main(mode, chat, command):
    heard = asyncio.Event()

    async def on_message(message):
        if getattr(message, "method", None) == "notifications/resources/updated":
            heard.set()

    parameters = StdioServerParameters(command=command[0], args=command[1:])
    async with Client(parameters, mode=mode, message_handler=on_message) as client:
        tools = await client.list_tools()
        fetch = next(tool.name for tool in tools.tools if tool.name.endswith("fetch_history"))
        progress = []
        answer, links = await export(client, fetch, chat, progress)
        told = answer["export"]
        media_type, whole = await read(client, told["uri"])
        parts = []
        for number in range(told["parts"]):
            part = f"tg://exports/{told['export_id']}/parts/{number}"
            parts.append((await read(client, part))[1])
        try:
            unknown = await read(client, "tg://exports/../secret.ndjson")
        except Exception as error:
            unknown = str(error)
        listed = await client.list_resources()
        templates = await client.list_resource_templates()
        print(
            json.dumps(
                {
                    "protocol_version": client.protocol_version,
                    "answer": answer,
                    "links": links,
                    "progress": progress,
                    "whole": [media_type, json.loads(whole.splitlines()[0])],
                    "joined": "".join(parts),
                    "manifest": json.loads((await read(client, told["manifest_uri"]))[1]),
                    "listed": [[resource.uri, resource.size] for resource in listed.resources],
                    "templates": [template.uri_template for template in templates.resource_templates],
                    "unknown": unknown,
                    "updated": await updated(client, mode, told["uri"], heard),
                }
            )
        )


asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
