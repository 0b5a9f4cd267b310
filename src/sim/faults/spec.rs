//! Rules as a person writes them: `messages.getHistory:flood=14,after=2,times=1`.

use std::fmt;
use std::str::FromStr;

use super::table::{CONDITIONS, FLOOD_WAIT, KINDS};
use super::{Fault, FaultKind, Target};
use crate::sim::rpc;

/// Why a text is no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// Not a target, a colon and a fault.
    #[error("write TARGET:FAULT, for example `messages.getHistory:flood=14,after=2,times=1`")]
    Shape,
    /// A method that no request here has.
    #[error(
        "nothing is called `{0}`; there are `any`, `connect` and the methods {methods}", methods = methods()
    )]
    Target(String),
    /// A fault that there is not.
    #[error("there is no fault `{0}`; there are {kinds}", kinds = kinds(|_| true))]
    Kind(String),
    /// A fault that cannot happen before there is a request.
    #[error(
        "`{0}` happens to requests, not to connections; `connect` takes {kinds}", kinds = kinds(FaultKind::fits_connections)
    )]
    Connection(String),
    /// A value that the fault does not take, or none where it takes one.
    #[error("`{given}` is not `{usage}`; an example is `{sample}`")]
    Value {
        /// What was written.
        given: String,
        /// What to write.
        usage: String,
        /// What is right.
        sample: String,
    },
    /// A condition that there is not, or its value.
    #[error("`{0}` is no condition; there are {conditions}", conditions = conditions())]
    Condition(String),
}

impl FromStr for Fault {
    type Err = SpecError;

    fn from_str(spec: &str) -> Result<Self, SpecError> {
        let (target, rest) = spec.split_once(':').ok_or(SpecError::Shape)?;
        let mut parts = rest.split(',');
        let target = read_target(target)?;
        let kind = parts.next().unwrap_or_default();
        if target == Target::Connect && !read_kind(kind)?.fits_connections() {
            return Err(SpecError::Connection(kind.to_owned()));
        }
        let fault = Self::always(target, read_kind(kind)?);
        parts.try_fold(fault, |fault, condition| {
            with_condition(fault, condition)
                .ok_or_else(|| SpecError::Condition(condition.to_owned()))
        })
    }
}

fn read_target(name: &str) -> Result<Target, SpecError> {
    let target = Target::from(name);
    let known = match &target {
        Target::Any | Target::Connect => true,
        Target::Method(method) => rpc::methods().any(|known| known == method),
    };
    known
        .then_some(target)
        .ok_or_else(|| SpecError::Target(name.to_owned()))
}

fn read_kind(text: &str) -> Result<FaultKind, SpecError> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (text, None),
    };
    let row = KINDS.iter().find(|row| row.name == name);
    let row = row.ok_or_else(|| SpecError::Kind(name.to_owned()))?;
    let kind = match (row.value, value) {
        ("", None) => row.kind(),
        ("", Some(_)) | (_, None) => None,
        (_, Some(value)) => row.read(value),
    };
    kind.ok_or_else(|| SpecError::Value {
        given: text.to_owned(),
        usage: row.usage(),
        sample: row.kind().map_or_else(String::new, |kind| kind.to_string()),
    })
}

fn with_condition(fault: Fault, condition: &str) -> Option<Fault> {
    let (name, value) = condition.split_once('=')?;
    match name {
        "after" => Some(fault.after(value.parse().ok()?)),
        "times" => Some(fault.times(value.parse().ok()?)),
        "chance" => {
            let chance = value.parse().ok();
            let chance = chance.filter(|chance| *chance > 0.0 && *chance <= 1.0)?;
            Some(fault.with_chance(chance))
        }
        _ => None,
    }
}

fn methods() -> String {
    let methods: Vec<String> = rpc::methods().map(|method| format!("`{method}`")).collect();
    methods.join(", ")
}

fn kinds(fit: impl Fn(&FaultKind) -> bool) -> String {
    let rows = KINDS
        .iter()
        .filter(|row| row.kind().is_some_and(|kind| fit(&kind)));
    let usages: Vec<String> = rows.map(|row| format!("`{}`", row.usage())).collect();
    usages.join(", ")
}

fn conditions() -> String {
    let rows = CONDITIONS.iter();
    let usages: Vec<String> = rows
        .map(|(name, value, means)| format!("`{name}={value}` ({means})"))
        .collect();
    usages.join(", ")
}

/// As it is written; what was hit so far is not told.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.target.name(), self.kind)?;
        if self.skip > 0 {
            write!(f, ",after={}", self.skip)?;
        }
        if self.times != u64::MAX {
            write!(f, ",times={}", self.times)?;
        }
        if self.chance < 1.0 {
            write!(f, ",chance={}", self.chance)?;
        }
        Ok(())
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(420, name) if name.starts_with(FLOOD_WAIT) => {
                write!(f, "flood={}", name.trim_start_matches(FLOOD_WAIT))
            }
            Self::Error(code, name) => write!(f, "error={code}:{name}"),
            Self::Answer(bytes) => {
                f.write_str("answer=")?;
                bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
            Self::Unknown => f.write_str("unknown"),
            Self::Short(bytes) => write!(f, "short={bytes}"),
            Self::Large => f.write_str("large"),
            Self::CloseBefore => f.write_str("close-before"),
            Self::Drop => f.write_str("drop"),
            Self::Cut(bytes) => write!(f, "cut={bytes}"),
            Self::CloseAfter => f.write_str("close-after"),
            Self::Reset => f.write_str("reset"),
            Self::Silent => f.write_str("silent"),
            Self::HalfOpen => f.write_str("half-open"),
            Self::Twice => f.write_str("twice"),
            Self::Delay(delay) => write!(f, "delay={}", delay.as_millis()),
            Self::BadSalt => f.write_str("bad-salt"),
            Self::NewSession => f.write_str("new-session"),
            Self::ForeignSession => f.write_str("foreign-session"),
            Self::Status(code) => write!(f, "status={code}"),
            Self::BareStatus(code) => write!(f, "bare-status={code}"),
            Self::Flip(byte) => write!(f, "flip={byte}"),
            Self::Forge(byte) => write!(f, "forge={byte}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn read(spec: &str) -> Fault {
        spec.parse().unwrap()
    }

    #[test]
    fn rules_are_read_as_they_are_written() {
        let flood = FaultKind::Error(420, "FLOOD_WAIT_14".to_owned());
        let history = "messages.getHistory";
        for (spec, expected) in [
            (
                "messages.getHistory:flood=14,after=2,times=1",
                Fault::next(history, 1, flood).after(2),
            ),
            (
                "any:drop,chance=0.05",
                Fault::always("any", FaultKind::Drop).with_chance(0.05),
            ),
            (
                "connect:silent",
                Fault::always("connect", FaultKind::Silent),
            ),
            (
                "messages.getHistory:error=-503:TIMEOUT",
                Fault::always(history, FaultKind::Error(-503, "TIMEOUT".to_owned())),
            ),
            (
                "any:delay=1500",
                Fault::always("any", FaultKind::Delay(Duration::from_millis(1500))),
            ),
            (
                "any:answer=00ff",
                Fault::always("any", FaultKind::Answer(vec![0, 255])),
            ),
        ] {
            assert_eq!(read(spec), expected);
            assert_eq!(expected.to_string(), spec);
        }
    }

    #[test]
    fn every_kind_of_the_table_is_read_and_written_by_its_name() {
        for row in KINDS {
            let kind = row.kind().unwrap();
            let written = kind.to_string();
            assert_eq!(written, row.usage().replace(row.value, row.sample));
            assert_eq!(read(&format!("any:{written}")).kind, kind);
            for wrong in ["=?", "=", "=-", "= 1"] {
                let spec = format!("any:{}{wrong}", row.name);
                let error = spec.parse::<Fault>().unwrap_err();
                assert!(matches!(error, SpecError::Value { .. }), "{spec}: {error}");
                assert!(error.to_string().contains(&row.usage()), "{error}");
            }
        }
    }

    #[test]
    fn no_two_kinds_share_a_name() {
        let mut names: Vec<_> = KINDS.iter().map(|row| row.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), KINDS.len());
    }

    #[test]
    fn every_condition_of_the_table_is_known() {
        for (name, _, _) in CONDITIONS {
            read(&format!("any:drop,{name}=1"));
            let spec = format!("any:drop,{name}=x");
            let error = spec.parse::<Fault>().unwrap_err();
            assert_eq!(error, SpecError::Condition(format!("{name}=x")));
        }
    }

    #[test]
    fn wrong_rules_are_named_and_what_is_right_is_listed() {
        for (spec, parts) in [
            ("", ["TARGET:FAULT", "for example"]),
            ("drop", ["TARGET:FAULT", "for example"]),
            (
                "messages.gethistory:drop",
                ["`messages.gethistory`", "`messages.getHistory`"],
            ),
            (":drop", ["nothing is called ``", "`connect`"]),
            ("any:", ["there is no fault ``", "`cut=BYTES`"]),
            ("any:explode", ["`explode`", "`half-open`"]),
            ("any:cut", ["`cut` is not `cut=BYTES`", "`cut=100`"]),
            ("any:cut=-1", ["`cut=-1`", "`cut=100`"]),
            ("any:drop=1", ["`drop=1` is not `drop`", "`drop`"]),
            (
                "any:error=500:no",
                ["`error=CODE:NAME`", "`error=500:RPC_CALL_FAIL`"],
            ),
            ("any:status=404", ["`status=404`", "`status=-429`"]),
            ("any:answer=0", ["`answer=0`", "HEX"]),
            (
                "connect:cut=3",
                ["not to connections", "`delay=MILLISECONDS`"],
            ),
            ("any:drop,chance=2", ["`chance=2`", "`after=COUNT`"]),
            ("any:drop,chance=0", ["`chance=0`", "above 0"]),
            ("any:drop,chance=NaN", ["`chance=NaN`", "above 0"]),
            ("any:drop,", ["`` is no condition", "`times=COUNT`"]),
            ("any:drop,soon", ["`soon`", "`times=COUNT`"]),
        ] {
            let error = spec.parse::<Fault>().unwrap_err().to_string();
            for part in parts {
                assert!(error.contains(part), "{spec}: {error}");
            }
            assert!(!error.contains('\n'), "{error}");
        }
    }
}
