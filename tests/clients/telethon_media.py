"""What messages of telethon_world.py carry: one maker for each kind, and the kind of what one has made.

The kinds are named as this project's records name them.
"""

from telethon.tl import types as t

START = 1_700_000_000


def photo(number):
    sizes = [t.PhotoStrippedSize("i", b"\x01\x02"), t.PhotoSize("x", 800, 600, 12_345)]
    picture = t.Photo(number, 1, b"reference", START, sizes, dc_id=2)
    return t.MessageMediaPhoto(photo=picture, spoiler=number % 2 == 0 or None)


def vanished_photo(_):
    return t.MessageMediaPhoto(ttl_seconds=10)


def file(number, mime_type, *attributes, **more):
    document = t.Document(number, 1, b"reference", START, mime_type, (1 << 32) + number, 2, list(attributes))
    return t.MessageMediaDocument(document=document, **more)


def document(number):
    return file(number, "application/pdf", t.DocumentAttributeFilename(f"chart {number}.pdf"))


def voice(number):
    sound = t.DocumentAttributeAudio(duration=7, voice=True, waveform=bytes(range(63)))
    return file(number, "audio/ogg", sound, voice=True)


def audio(number):
    return file(number, "audio/mpeg", t.DocumentAttributeAudio(duration=180, title="Shanty", performer="Crew"))


def video(number):
    return file(number, "video/mp4", t.DocumentAttributeVideo(duration=9.5, w=640, h=480), video=True)


def video_note(number):
    return file(number, "video/mp4", t.DocumentAttributeVideo(duration=4, w=240, h=240, round_message=True), round=True)


def animation(number):
    moving = t.DocumentAttributeVideo(duration=2, w=320, h=240, nosound=True)
    return file(number, "video/mp4", moving, t.DocumentAttributeAnimated(), t.DocumentAttributeFilename("wave.mp4"))


def sticker(number):
    return file(number, "image/webp", t.DocumentAttributeSticker("⚓", t.InputStickerSetEmpty()))


def poll(number):
    answers = [t.PollAnswer(t.TextWithEntities(word, []), word.encode()) for word in ("aye", "nay")]
    voters = [
        t.PollAnswerVoters(b"aye", voters=3, recent_voters=[], chosen=True),
        t.PollAnswerVoters(b"nay", voters=1, recent_voters=[]),
    ]
    question = t.Poll(id=number, question=t.TextWithEntities("Shall we sail?", []), answers=answers, hash=0)
    return t.MessageMediaPoll(poll=question, results=t.PollResults(results=voters, total_voters=4))


def location(number):
    return t.MessageMediaGeo(t.GeoPoint(long=9.99, lat=53.55, access_hash=number, accuracy_radius=20))


def venue(number):
    point = t.GeoPoint(long=9.98, lat=53.54, access_hash=number)
    return t.MessageMediaVenue(point, "Harbour Office", "Pier 3", "foursquare", str(number), "")


def contact(_):
    return t.MessageMediaContact("+4940000000", "Ada", "", "", 900_001)


def web_page(number):
    pages = [
        t.WebPage(number, "https://example.org/", "example.org", 0, title="Example", description="A page"),
        t.WebPageEmpty(number),
        t.WebPagePending(number, START, url="https://example.org/soon"),
    ]
    return t.MessageMediaWebPage(pages[number % len(pages)])


MAKERS = [
    photo, document, voice, poll, location, contact, web_page, video, sticker, audio, video_note, animation, venue,
    vanished_photo, lambda _: t.MessageMediaUnsupported(), lambda _: t.MessageMediaDice(6, "🎲"),
]


def kind(media):
    """The kind of what a message carries; none is empty."""
    names = {
        type(None): "", t.MessageMediaPhoto: "photo", t.MessageMediaPoll: "poll", t.MessageMediaGeo: "location",
        t.MessageMediaVenue: "venue", t.MessageMediaContact: "contact", t.MessageMediaWebPage: "web_page",
        t.MessageMediaDice: "dice", t.MessageMediaUnsupported: "other",
    }
    if not isinstance(media, t.MessageMediaDocument):
        return names[type(media)]
    attributes = {type(one): one for one in media.document.attributes}
    if t.DocumentAttributeSticker in attributes:
        return "sticker"
    if t.DocumentAttributeAnimated in attributes:
        return "animation"
    if t.DocumentAttributeVideo in attributes:
        return "video_note" if attributes[t.DocumentAttributeVideo].round_message else "video"
    if t.DocumentAttributeAudio in attributes:
        return "voice" if attributes[t.DocumentAttributeAudio].voice else "audio"
    return "document"
