//! halfopen in Zed: which program is the server, and what it is told. All else is the server's.
//!
//! The program is that of the user's settings, else the one on the worktree's PATH, else that of the npm package
//! `halfopen`, which is installed into the extension's own folder and kept at its newest version.

use zed_extension_api::serde_json::Value;
use zed_extension_api::settings::{CommandSettings, LspSettings};
use zed_extension_api::{
    self as zed, Command, EnvVars, LanguageServerId, LanguageServerInstallationStatus as Status, Result, Worktree,
};

/// The server's name in settings, of its program on the PATH, and of its npm package.
const NAME: &str = "halfopen";

/// Starts the program that lies in the package of this platform; below the extension's folder.
const LAUNCHER: &str = "node_modules/halfopen/bin/halfopen.cjs";

struct Halfopen;

impl zed::Extension for Halfopen {
    fn new() -> Self {
        Self
    }

    fn language_server_command(&mut self, server: &LanguageServerId, worktree: &Worktree) -> Result<Command> {
        let wanted = LspSettings::for_worktree(NAME, worktree)?.binary;
        let env = worktree.shell_env();
        match named(wanted.as_ref(), worktree.which(NAME)) {
            Some(program) => Ok(command(program, Vec::new(), wanted, env)),
            None => {
                let launcher = launcher(server)?;
                Ok(command(zed::node_binary_path()?, vec![launcher], wanted, env))
            }
        }
    }

    fn language_server_initialization_options(
        &mut self,
        _: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Option<Value>> {
        Ok(LspSettings::for_worktree(NAME, worktree)?.initialization_options)
    }

    fn language_server_workspace_configuration(
        &mut self,
        _: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Option<Value>> {
        Ok(LspSettings::for_worktree(NAME, worktree)?.settings)
    }
}

/// The program that the settings name, else the one on the PATH.
fn named(wanted: Option<&CommandSettings>, on_path: Option<String>) -> Option<String> {
    wanted.and_then(|wanted| wanted.path.clone()).or(on_path)
}

/// The program with what stands before the server's own arguments. The settings may name other arguments, and more
/// variables.
fn command(program: String, mut args: Vec<String>, wanted: Option<CommandSettings>, mut env: EnvVars) -> Command {
    let (arguments, variables) = wanted.map(|wanted| (wanted.arguments, wanted.env)).unwrap_or_default();
    args.extend(arguments.unwrap_or_else(|| vec!["lsp".to_owned()]));
    env.extend(variables.into_iter().flatten());
    Command { command: program, args, env }
}

/// The installed package's launcher, as an absolute path. Without a network, the version that is there stays.
fn launcher(server: &LanguageServerId) -> Result<String> {
    zed::set_language_server_installation_status(server, &Status::CheckingForUpdate);
    let installed = zed::npm_package_installed_version(NAME)?;
    let installing = zed::npm_package_latest_version(NAME).and_then(|latest| {
        if installed.as_deref() == Some(latest.as_str()) {
            return Ok(());
        }
        zed::set_language_server_installation_status(server, &Status::Downloading);
        zed::npm_install_package(NAME, &latest)
    });
    if let (Err(trouble), None) = (installing, installed) {
        let help = "install halfopen, or name its program in the setting `lsp.halfopen.binary.path`";
        return Err(format!("the npm package {NAME} cannot be installed ({trouble}): {help}"));
    }
    let folder = std::env::current_dir().map_err(|error| format!("the extension's folder is unknown: {error}"))?;
    Ok(folder.join(LAUNCHER).to_string_lossy().into_owned())
}

zed::register_extension!(Halfopen);

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(path: Option<&str>, arguments: Option<&[&str]>) -> CommandSettings {
        let arguments = arguments.map(|all| all.iter().map(|one| (*one).to_owned()).collect());
        let env = [("HALFOPEN_LOG".to_owned(), "debug".to_owned())].into();
        CommandSettings { path: path.map(str::to_owned), arguments, env: Some(env) }
    }

    #[test]
    fn settings_come_before_the_path() {
        let on_path = || Some("/bin/halfopen".to_owned());
        let wanted = settings(Some("/opt/halfopen"), None);
        assert_eq!(named(Some(&wanted), on_path()).as_deref(), Some("/opt/halfopen"));
        assert_eq!(named(Some(&settings(None, None)), on_path()).as_deref(), Some("/bin/halfopen"));
        assert_eq!(named(None, None), None);
    }

    #[test]
    fn the_server_is_started_unless_the_settings_say_what_is() {
        let launcher = || vec!["launcher.cjs".to_owned()];
        let plain = command("node".to_owned(), launcher(), None, vec![("HOME".to_owned(), "/home".to_owned())]);
        assert_eq!((plain.args, plain.env.len()), (vec!["launcher.cjs".to_owned(), "lsp".to_owned()], 1));

        let wanted = settings(None, Some(&["lsp", "--debug-requests"]));
        let own = command("node".to_owned(), launcher(), Some(wanted), Vec::new());
        assert_eq!(own.args, ["launcher.cjs", "lsp", "--debug-requests"]);
        assert_eq!(own.env, [("HALFOPEN_LOG".to_owned(), "debug".to_owned())]);
    }
}
