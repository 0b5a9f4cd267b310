//! Exports as resources: what there is, how it is addressed, and how much of it one answer holds.

mod content;
mod uri;

use jiff::Timestamp;
use rmcp::ErrorData;
use rmcp::model::{
    Annotations, ListResourcesResult, PaginatedRequestParams, Resource, ResourceContents,
    ResourceTemplate,
};
use serde_json::{Value, json};

use self::content::{JSON, MOST_BYTES, NDJSON, contents};
use self::uri::FORMS;
pub(super) use self::uri::{ResourceUri, What};
use crate::error::{Error, shorten};
use crate::export::{Exports, Listed, State, Status};
use crate::history::Call;

/// How many exports one answer lists.
const LISTED: usize = 50;

/// One page of the list: the lines and the manifest of each export. The cursor is the last id of the page before.
pub(super) fn page(
    exports: &[Listed],
    request: Option<PaginatedRequestParams>,
) -> Result<ListResourcesResult, ErrorData> {
    let begin = match request.and_then(|request| request.cursor) {
        None => 0,
        Some(last) => exports
            .iter()
            .position(|listed| listed.status.export_id == last)
            .map(|at| at + 1)
            .ok_or_else(|| {
                ErrorData::invalid_params("the list has changed; ask for it from its top", None)
            })?,
    };
    let rest = exports.get(begin..).unwrap_or_default();
    let shown = rest.get(..LISTED).unwrap_or(rest);
    let resources = shown
        .iter()
        .flat_map(|listed| [lines_in_list(listed), manifest_in_list(listed)])
        .collect();
    let mut page = ListResourcesResult::with_all_items(resources);
    if rest.len() > shown.len() {
        page.next_cursor = shown.last().map(|listed| listed.status.export_id.clone());
    }
    Ok(page)
}

/// The resource that holds the lines of an export.
pub(super) fn lines_of(status: &Status) -> Resource {
    Resource::new(&status.uri, format!("{}.ndjson", status.export_id))
        .with_mime_type(NDJSON)
        .with_size(status.bytes)
}

/// The same with what one sees in a list. Titles of chats come from strangers and stay out of it.
fn lines_in_list(listed: &Listed) -> Resource {
    let status = &listed.status;
    let state = match status.state {
        State::Running => "still growing",
        State::Complete => "complete",
        State::Paused => "paused",
        State::Failed => "not complete",
    };
    lines_of(status)
        .with_title(format!("Export of chat {}", listed.chat_id))
        .with_description(format!("{} messages, {state}.", status.lines))
        .with_annotations(annotations(listed))
}

fn manifest_in_list(listed: &Listed) -> Resource {
    let status = &listed.status;
    let name = format!("{}/manifest.json", status.export_id);
    Resource::new(&status.manifest_uri, name)
        .with_title(format!("Manifest of the export of chat {}", listed.chat_id))
        .with_mime_type(JSON)
        .with_annotations(annotations(listed))
}

fn annotations(listed: &Listed) -> Annotations {
    let to_the_second = Timestamp::from_second(listed.modified.as_second());
    let mut annotations = Annotations::default();
    annotations.last_modified = to_the_second.ok().map(|moment| moment.to_string());
    annotations
}

/// How resources are addressed.
pub(super) fn templates() -> Vec<ResourceTemplate> {
    let [whole, part, manifest] = FORMS;
    vec![
        ResourceTemplate::new(whole, "export")
            .with_description("All messages of an export, one JSON object a line; a large one names its parts instead.")
            .with_mime_type(NDJSON),
        ResourceTemplate::new(part, "export_part")
            .with_description("Part `n` of an export, from 0: whole lines, at most 256 KiB. Joined in order the parts are the export.")
            .with_mime_type(NDJSON),
        ResourceTemplate::new(manifest, "export_manifest")
            .with_description("What was asked for, what was read, and the counts and SHA-256 that prove it whole.")
            .with_mime_type(JSON),
    ]
}

/// Reads a resource.
pub(super) async fn read(
    exports: &Exports,
    uri: &ResourceUri,
    call: &Call,
) -> Result<ResourceContents, Error> {
    let id = &uri.export_id;
    let text = match uri.what {
        What::Whole => exports.whole(id, MOST_BYTES, call).await?,
        What::Part(number) => Some(exports.part(id, number, call).await?),
        What::Manifest => Some(exports.manifest(id, call).await?),
    };
    if let Some(whole) = text.and_then(|text| contents(uri, text)) {
        return Ok(whole);
    }
    let instead = instead(&exports.describe(id, call).await?.status);
    Ok(ResourceContents::text(instead.to_string(), uri.to_string()).with_mime_type(JSON))
}

/// How many bytes the text of a resource has.
pub(super) fn bytes_of(contents: &ResourceContents) -> usize {
    match contents {
        ResourceContents::TextResourceContents { text, .. } => text.len(),
        _ => 0,
    }
}

/// What stands in place of more than one answer holds.
fn instead(status: &Status) -> Value {
    let part = |number| ResourceUri::new(&status.export_id, What::Part(number)).to_string();
    json!({
        "message": "This is too long for one answer. Read the parts in order and join them, or read the file at `file_path`.",
        "state": status.state,
        "lines": status.lines,
        "bytes": status.bytes,
        "parts": status.parts,
        "first_part": part(0),
        "last_part": part(status.parts.saturating_sub(1)),
        "manifest": status.manifest_uri,
        "file_path": status.file_path,
    })
}

/// What an address stands for.
pub(super) fn parse(text: &str) -> Result<ResourceUri, ErrorData> {
    ResourceUri::parse(text).ok_or_else(|| {
        let message = format!(
            "there is no resource `{}`; resources are `{}`",
            shorten(text),
            FORMS.join("`, `")
        );
        ErrorData::resource_not_found(message, Some(json!({ "uri": shorten(text) })))
    })
}

/// The same for one whose changes are to be told.
pub(super) fn parse_followed(text: &str) -> Result<ResourceUri, ErrorData> {
    let uri = parse(text)?;
    if uri.may_change() {
        return Ok(uri);
    }
    let whole = ResourceUri::new(&uri.export_id, What::Whole);
    let message = format!("a part never changes; `{whole}` does while the export grows");
    Err(ErrorData::invalid_params(message, None))
}
