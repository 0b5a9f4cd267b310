"""Drives the server with the Python MCP client and prints what it saw, one JSON object.

Usage: mcp_reads.py MODE COMMAND ARGUMENT…    where MODE is "legacy" or "auto" (which negotiates the modern era).
"""

import asyncio
import json
import sys

from mcp import Client, StdioServerParameters

CHAT = "@orbital_digest"


def seen(result):
    """A result as the two kinds of client see it: those that read structure, and those that read text."""
    text = "".join(block.text for block in result.content)
    return {
        "is_error": bool(result.is_error),
        "structure": result.structured_content,
        "text": json.loads(text),
    }


async def main(mode, command):
    parameters = StdioServerParameters(command=command[0], args=command[1:])
    async with Client(parameters, mode=mode) as client:
        tools = await client.list_tools()
        names = [tool.name for tool in tools.tools]
        resolve = next(name for name in names if name.endswith("resolve_chat"))
        fetch = next(name for name in names if name.endswith("fetch_history"))
        progress = []

        async def on_progress(step, total, message):
            progress.append([step, message])

        first = seen(
            await client.call_tool(
                fetch, {"chat": CHAT, "page_size": 150}, progress_callback=on_progress
            )
        )
        pages = [first]
        for _ in range(3):
            cursor = pages[-1]["structure"]["page_info"].get("cursor")
            if cursor is None:
                break
            pages.append(seen(await client.call_tool(fetch, {"cursor": cursor})))
        print(
            json.dumps(
                {
                    "protocol_version": client.protocol_version,
                    "server": client.server_info.name,
                    "title": client.server_info.title,
                    "instructions": client.instructions,
                    "tools": names,
                    "resolved": seen(await client.call_tool(resolve, {"input": CHAT})),
                    "pages": pages,
                    "progress": progress,
                    "unknown_chat": seen(
                        await client.call_tool(fetch, {"chat": "@nobody_is_called_this"})
                    ),
                    "bad_size": seen(
                        await client.call_tool(fetch, {"chat": CHAT, "page_size": 5000})
                    ),
                }
            )
        )


asyncio.run(main(sys.argv[1], sys.argv[2:]))
