"""What a client must find out about the world, as plain facts about every message and every chat."""

from telethon.tl import types as t

from telethon_media import kind
from telethon_talk import MARK, ME, marked


def has_link(message):
    entities = getattr(message, "entities", None) or []
    return any(isinstance(one, (t.MessageEntityUrl, t.MessageEntityTextUrl)) for one in entities)


def sender(chat_id, message):
    """Who sent it, by marked id; a channel is the sender of what names nobody."""
    if message.from_id:
        return marked(message.from_id)
    return ME if message.out else chat_id


def fact(world, chat_id, message):
    is_forum = getattr(world.chats.get(chat_id), "forum", False)
    saved_from = getattr(message, "saved_peer_id", None)
    return {
        "chat": chat_id,
        "id": message.id,
        "date": message.date,
        "text": getattr(message, "message", None) or "",
        "service": isinstance(message, t.MessageService),
        "media": kind(getattr(message, "media", None)),
        "link": has_link(message),
        "sender": sender(chat_id, message),
        "pinned": bool(getattr(message, "pinned", False)),
        "views": getattr(message, "views", None),
        "topic": world.topic_of(message) if is_forum else None,
        "thread": next(iter(world.threads_of(message)), None),
        "saved_from": saved_from and marked(saved_from),
    }


def listed(world, chat_id):
    """A chat of the list, pinned ones first, then by their newest message."""
    return {
        "chat": chat_id,
        "pinned": chat_id in world.pinned_chats,
        "archived": chat_id in world.archived_chats,
        "unread": world.unread.get(chat_id, 0),
        "date": world.existing(chat_id)[-1].date,
    }


def facts(world):
    """Of every chat its messages, oldest first; the chat list; and of each post where its comments are."""
    return {
        "chats": {
            str(chat_id): [fact(world, chat_id, message) for message in world.existing(chat_id)]
            for chat_id in world.histories
        },
        "listed": [listed(world, chat_id) for chat_id in world.rows()],
        "threads": world.threads,
    }
