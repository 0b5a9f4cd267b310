//! `schema`: what is published, as JSON Schema.

use schemars::generate::SchemaSettings;
use serde_json::json;

use crate::config::ToolNames;
use crate::model::{Chat, Message};
use crate::server;

use super::{Failure, print};

/// Prints the tools' schemas and those of the records they answer with.
pub(super) fn run() -> Result<(), Failure> {
    let schema = |settings: SchemaSettings| settings.into_generator();
    let records = SchemaSettings::draft2020_12;
    let all = json!({
        "tools": server::tools(ToolNames::default()),
        "message": schema(records()).into_root_schema_for::<Message>(),
        "chat": schema(records()).into_root_schema_for::<Chat>(),
    });
    print(format_args!("{all:#}"))
}
