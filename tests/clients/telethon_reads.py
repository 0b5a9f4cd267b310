"""Reads the embedded Telegram with Telethon and prints what it saw, one JSON object.

Usage: telethon_reads.py NAME…    with TELEGRAM_SESSION_STRING in the environment.
"""

import asyncio
import json
import os
import sys

from telethon import TelegramClient
from telethon.sessions import StringSession
from telethon.tl.types import Message, MessageService


def described(message):
    kind = {Message: "message", MessageService: "service"}[type(message)]
    return [message.id, kind, int(message.date.timestamp()), message.message or ""]


async def walk(client, entity, **arguments):
    return [described(message) async for message in client.iter_messages(entity, wait_time=0, **arguments)]


async def main(names):
    session = StringSession(os.environ["TELEGRAM_SESSION_STRING"])
    client = TelegramClient(session, 1, "0" * 32, flood_sleep_threshold=0, request_retries=1)
    await client.connect()
    me = await client.get_me()
    dialogs = [dialog.id async for dialog in client.iter_dialogs()]
    chats = {}
    for name in names:
        entity = await client.get_input_entity(int(name) if name.lstrip("-").isdigit() else name)
        some = [message[0] for message in await walk(client, entity, limit=5)]
        by_id = [message.id for message in await client.get_messages(entity, ids=some) if message]
        chats[name] = {
            "desc": await walk(client, entity),
            "asc": await walk(client, entity, reverse=True),
            "by_id": by_id,
            "latest": some,
        }
    await client.disconnect()
    print(json.dumps({"me": me.id, "dialogs": dialogs, "chats": chats}))


asyncio.run(main(sys.argv[1:]))
