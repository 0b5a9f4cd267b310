//! What is published: chats and message records.
