//! Telegram's 64-bit ids that do not fit a JSON number.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An id that uses all 64 bits: published as a decimal string, since JSON readers lose digits beyond 2^53.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LongId(pub i64);

impl Serialize for LongId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for LongId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = Cow::<'de, str>::deserialize(deserializer)?;
        digits.parse().map(Self).map_err(de::Error::custom)
    }
}

impl JsonSchema for LongId {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "LongId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^-?[0-9]+$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_id_is_a_decimal_string() {
        let json = serde_json::to_string(&LongId(i64::MIN)).unwrap();
        assert_eq!(json, r#""-9223372036854775808""#);
        assert_eq!(
            serde_json::from_str::<LongId>(&json).unwrap(),
            LongId(i64::MIN)
        );
        assert!(serde_json::from_str::<LongId>(r#""12x""#).is_err());
    }
}
