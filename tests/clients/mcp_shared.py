"""Has three Python MCP clients share an account and kills, twice, the process that has it while all of them ask.

Usage: mcp_shared.py MODE COMMAND    where MODE is "legacy" or "auto"; the environment names the account and its state
directory. Prints, for each round and client, how many messages its calls brought, or null where its process was gone.
"""

import asyncio
import json
import os
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from mcp import Client, StdioServerParameters

SIZES = [5, 10, 15, 20]


def holder():
    """The process that has the account."""
    (record,) = Path(os.environ["TELEGRAM_STATE_DIR"]).glob("sharing-*.json")
    return json.loads(record.read_text())["pid"]


async def ask(client, size):
    """How many messages a call brings; None where nobody is there to answer."""
    question = {"chat": "@sim_news", "page_size": size}
    try:
        result = await asyncio.wait_for(client.call_tool("tg.fetch_history", question), 20)
    except asyncio.TimeoutError:
        raise
    except Exception:
        return None
    return result.structured_content["page_info"]["count"]


async def main(mode, command):
    parameters = StdioServerParameters(command=command, args=[], env=dict(os.environ))
    rounds = []
    async with AsyncExitStack() as stack:
        clients = []
        for _ in range(3):
            clients.append(await stack.enter_async_context(Client(parameters, mode=mode)))
        for is_last in [False, False, True]:
            asked = [asyncio.gather(*(ask(client, size) for size in SIZES)) for client in clients]
            if not is_last:
                await asyncio.sleep(0.2)
                os.kill(holder(), signal.SIGKILL)
            rounds.append([await answers for answers in asked])
            clients = [client for client, told in zip(clients, rounds[-1]) if None not in told]
        print(json.dumps(rounds), flush=True)


asyncio.run(main(*sys.argv[1:]))
