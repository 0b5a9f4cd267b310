//! The configuration's flags, made from its table of keys.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::Error;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use crate::config::{Config, KEYS, Key, Problems, Sources};
use crate::history;
use crate::telegram::session::SessionString;

use super::Failure;

/// Flags that were typed, by the key they belong to.
#[derive(Debug, Clone, Default)]
pub(super) struct ConfigFlags(Vec<(&'static Key, String)>);

impl ConfigFlags {
    /// The configuration of this process.
    pub(super) fn load(self) -> Result<Config, Failure> {
        Config::load(self.sources()).map_err(Failure::usage)
    }

    /// Where the configuration of this process comes from.
    pub(super) fn sources(self) -> Sources {
        Sources::from_process(self.0, check_session, is_chat)
    }

    /// The configuration of a process that is started with these flags, in this environment.
    pub(super) fn load_in(
        self,
        environment: Vec<(OsString, OsString)>,
        home: Option<PathBuf>,
        os: &'static str,
    ) -> Result<Config, Problems> {
        Config::load(Sources {
            flags: self.0,
            environment,
            home,
            os,
            check_session,
            is_chat,
        })
    }

    /// The configuration by flags alone, for what must work the same everywhere.
    pub(super) fn load_alone(self) -> Result<Config, Failure> {
        let mut sources = Sources::from_process(self.0, check_session, is_chat);
        sources.environment.clear();
        Config::load(sources).map_err(Failure::usage)
    }
}

fn check_session(text: &str) -> Result<(), String> {
    SessionString::parse(text)
        .map(drop)
        .map_err(|error| error.to_string())
}

fn is_chat(text: &str) -> bool {
    history::read_entry(text).is_ok()
}

fn help(key: &Key) -> String {
    let default = match key.default {
        "" => String::new(),
        default => format!(" [default: {default}]"),
    };
    format!("{} Takes {}.{default}", key.help, key.accepts)
}

impl Args for ConfigFlags {
    fn augment_args(command: Command) -> Command {
        let args = KEYS.iter().filter_map(|key| {
            let mut arg = Arg::new(key.name)
                .long(key.flag?)
                .help(help(key))
                .hide(!key.is_available())
                .value_name("VALUE")
                .help_heading("Configuration (each also an environment variable, TELEGRAM_…)")
                .hide_short_help(true)
                .global(true);
            if key.is_switch() {
                // As `--takeout`, or `--takeout=0`.
                arg = arg
                    .num_args(0..=1)
                    .require_equals(true)
                    .default_missing_value("1");
            }
            Some(arg)
        });
        command.args(args)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for ConfigFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let typed = KEYS
            .iter()
            .filter(|key| key.flag.is_some())
            .filter_map(|key| {
                let value = matches.get_one::<String>(key.name)?;
                Some((key, value.clone()))
            });
        Ok(Self(typed.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        flags: ConfigFlags,
        chat: Option<String>,
    }

    #[test]
    fn a_switch_takes_its_value_only_behind_an_equals_sign() {
        for (line, expected) in [
            (["x", "--takeout", "@ada"], "1"),
            (["x", "--takeout=0", "@ada"], "0"),
            (["x", "--takeout=true", "@ada"], "true"),
        ] {
            let line = Line::try_parse_from(line).unwrap();
            let values: Vec<&str> = line
                .flags
                .0
                .iter()
                .map(|(_, value)| value.as_str())
                .collect();
            assert_eq!(
                (values.as_slice(), line.chat.as_deref()),
                (&[expected][..], Some("@ada"))
            );
        }
    }
}
