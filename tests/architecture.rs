//! Dependencies point one way: the `use` lines say so, and this holds them to it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What each module may use of this crate. A module may always use its own files.
const MAY_USE: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("memory", &[]),
    ("audit", &["files", "error"]),
    ("files", &[]),
    ("model", &["error"]),
    ("config", &["error"]),
    ("logging", &["config"]),
    ("privacy", &["model", "error"]),
    ("telegram", &["model", "files", "error"]),
    ("history", &["telegram", "privacy", "model", "error"]),
    (
        "export",
        &["audit", "history", "privacy", "model", "files", "error"],
    ),
    (
        "server",
        &["export", "audit", "history", "config", "model", "error"],
    ),
    ("sharing", &["server", "files", "error"]),
    ("sim", &["error"]),
    (
        "cli",
        &[
            "sharing", "server", "export", "audit", "files", "history", "telegram", "privacy",
            "sim", "config", "files", "logging", "model", "error",
        ],
    ),
];

/// Where each third-party crate lives.
const HOMES: &[(&str, &[&str])] = &[
    ("rmcp", &["server", "cli"]),
    ("grammers_client", &["telegram"]),
    ("grammers_mtproto", &["telegram"]),
    ("grammers_tl_types", &["telegram", "sim"]),
    ("grammers_crypto", &["telegram", "sim"]),
    ("governor", &["telegram"]),
    ("icu_normalizer", &["telegram"]),
    ("rlibphonenumber", &["privacy"]),
    ("aho_corasick", &["privacy"]),
    ("rustix", &["files", "memory", "cli"]),
    ("keyring", &["telegram"]),
    ("hmac", &["privacy", "history", "sim"]),
    ("clap", &["cli"]),
    ("qrcode", &["cli"]),
    ("rpassword", &["cli"]),
    ("toml", &["config", "cli"]),
    ("chacha20poly1305", &["history"]),
    ("tracing_subscriber", &["logging", "config"]),
    ("flate2", &["telegram", "sim", "export"]),
    ("zstd", &["export"]),
    ("indicatif", &["cli"]),
    ("rand_chacha", &["sim"]),
    ("num_bigint", &["sim"]),
    ("pbkdf2", &["sim"]),
];

fn sources(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The files of the product, relative to `src`: not those that are there for tests only.
pub(crate) fn product_files() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    for path in sources(&root) {
        let relative = path.strip_prefix(&root).unwrap().to_owned();
        let is_test = relative.components().any(|part| {
            matches!(
                part.as_os_str().to_str(),
                Some("tests" | "tests.rs" | "samples.rs")
            )
        });
        if !is_test && !is_declared_for_tests(&path) {
            files.push((relative, fs::read_to_string(&path).unwrap()));
        }
    }
    files
}

/// The module at the top of the crate that a file belongs to.
pub(crate) fn module_of(relative: &Path) -> String {
    let first = relative.components().next().unwrap().as_os_str();
    first.to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// Each module's product code: without what stands below `#[cfg(test)]`, and without test files.
fn modules() -> BTreeMap<String, Vec<(PathBuf, String)>> {
    let mut modules: BTreeMap<String, Vec<(PathBuf, String)>> = BTreeMap::new();
    for (relative, text) in product_files() {
        let module = module_of(&relative);
        if module == "lib" || module == "main" {
            continue;
        }
        let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let code: Vec<&str> = product
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        modules
            .entry(module)
            .or_default()
            .push((relative, code.join("\n")));
    }
    modules
}

/// Whether the module that owns this file has it only while testing.
fn is_declared_for_tests(path: &Path) -> bool {
    let owner = path.parent().unwrap().with_extension("rs");
    let name = path.file_stem().unwrap().to_str().unwrap();
    let declarations = [
        format!("#[cfg(test)]\nmod {name};"),
        format!("#[cfg(any(fuzzing, test))]\nmod {name};"),
        format!("#[cfg(any(fuzzing, test))]\npub mod {name};"),
        format!("#[cfg(any(fuzzing, test))]\npub(super) mod {name};"),
    ];
    let owner = match path.parent().unwrap().ends_with("src") {
        true => path.with_file_name("lib.rs"),
        false => owner,
    };
    fs::read_to_string(owner).is_ok_and(|owner| declarations.iter().any(|it| owner.contains(it)))
}

#[test]
fn modules_depend_on_each_other_in_one_direction() {
    let modules = modules();
    for module in modules.keys() {
        assert!(
            MAY_USE.iter().any(|(name, _)| name == module),
            "`{module}` has no place in the table of directions"
        );
    }
    for (module, may_use) in MAY_USE {
        for (path, code) in modules.get(*module).into_iter().flatten() {
            for (other, _) in MAY_USE {
                let uses = code.contains(&format!("crate::{other}::"))
                    || code.contains(&format!("crate::{other};"))
                    || code.contains(&format!("crate::{other} "));
                assert!(
                    !uses || other == module || may_use.contains(other),
                    "{} uses `{other}`, and `{module}` may use only {may_use:?}",
                    path.display()
                );
            }
            assert!(
                !code.contains("use crate::{"),
                "{}: one `use crate::…` a module, so that this test can read it",
                path.display()
            );
        }
    }
}

#[test]
fn each_third_party_crate_has_one_home() {
    for (module, files) in modules() {
        for (path, code) in files {
            for (name, homes) in HOMES {
                assert!(
                    !code.contains(&format!("{name}::")) || homes.contains(&module.as_str()),
                    "{} uses `{name}`, which lives in {homes:?}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn only_the_configuration_reads_the_environment() {
    for (module, files) in modules() {
        for (path, code) in files {
            let reads = code.contains("env::var")
                || code.contains("env::vars")
                || code.contains("home_dir");
            assert!(
                !reads || module == "config",
                "{} reads the environment",
                path.display()
            );
        }
    }
}

#[test]
fn records_leave_through_the_gate_only() {
    // `Released` has a private field, so that only `privacy` can make one; these are the ways round it.
    for (module, files) in modules() {
        for (path, code) in files {
            let unreleased = code.contains("Vec<Message>") || code.contains("convert::message(");
            let may = ["telegram", "history", "privacy", "model", "sim"].contains(&module.as_str());
            assert!(
                !unreleased || may,
                "{} handles records before the gate",
                path.display()
            );
        }
    }
}
