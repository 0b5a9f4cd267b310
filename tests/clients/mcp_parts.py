"""Exports a chat with the Python MCP client and reads it by its parts, which may be many: prints what they come to.

Usage: mcp_parts.py CHAT COMMAND ARGUMENT…
"""

import asyncio
import hashlib
import json
import sys

from mcp import Client, StdioServerParameters


async def main(chat, command):
    parameters = StdioServerParameters(command=command[0], args=command[1:])
    async with Client(parameters, mode="auto") as client:
        tools = await client.list_tools()
        fetch = next(tool.name for tool in tools.tools if tool.name.endswith("fetch_history"))
        question = {"chat": chat, "output": "export", "direction": "asc"}
        while True:
            result = (await client.call_tool(fetch, question)).structured_content
            if not result["page_info"]["has_more"]:
                break
            question = {"cursor": result["page_info"]["cursor"]}
        told = result["export"]
        digest, size, lines, longest = hashlib.sha256(), 0, 0, 0
        for number in range(told["parts"]):
            part = f"tg://exports/{told['export_id']}/parts/{number}"
            (contents,) = (await client.read_resource(part)).contents
            joined = contents.text.encode()
            digest.update(joined)
            size, lines, longest = size + len(joined), lines + joined.count(b"\n"), max(longest, len(joined))
        seen = {"export": told, "sha256": digest.hexdigest(), "bytes": size, "lines": lines, "longest": longest}
        print(json.dumps(seen))


asyncio.run(main(sys.argv[1], sys.argv[2:]))
