//! The command line. Exit codes: 0 done, 2 done with quarantined rows, 1 refused or failed, 64 usage.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;

use crate::commands;

/// 清源：公开、规范、监督公共权力的平台。 Keeps public power honest.
#[derive(Parser)]
#[command(name = "qingyuan", version, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Where a node lives.
#[derive(Args, Clone)]
pub(crate) struct Place {
    /// 数据目录：密钥、附件、配置。 Data folder: keys, blobs, configuration.
    #[arg(long, value_name = "DIR", default_value = "data", env = "QINGYUAN_DATA_DIR")]
    pub(crate) data: PathBuf,
    /// 只移动数据库：postgres://… 或文件。 Moves only the database: postgres://… or a file.
    #[arg(long, value_name = "URL", env = "QINGYUAN_STORE", hide_env_values = true)]
    pub(crate) store: Option<String>,
}

/// Where a node listens; what is not given is as node.toml has it.
#[derive(Args, Clone, Default)]
pub(crate) struct Listen {
    /// 监听地址，缺省按 node.toml，再缺省 127.0.0.1:8080。 Address to listen on, by default that of node.toml, else 127.0.0.1:8080.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<String>,
    /// 健康检查和指标的地址，缺省按 node.toml，再缺省 127.0.0.1:8081。 Address of /healthz and /metrics, by default that of node.toml, else 127.0.0.1:8081.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) operations: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// 运行节点。 Runs the node.
    Serve {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        listen: Listen,
    },
    /// 建立正式节点：没有默认密码，首任管理员凭一次性验证码。 Founds a node in earnest: no default password, first administrators by one-time codes.
    Init {
        #[command(flatten)]
        place: Place,
        /// 十二位区划代码。 Division code of 12 digits.
        #[arg(long, value_name = "CODE")]
        division: String,
        /// 中文名称。 Name in Chinese.
        #[arg(long, value_name = "NAME")]
        name: String,
        /// 英文名称。 Name in English.
        #[arg(long, value_name = "NAME")]
        name_en: String,
        /// 安装域名，一经确定不再改变。 Domain of the installation, fixed for ever.
        #[arg(long, value_name = "DOMAIN")]
        domain: String,
    },
    /// 建立演示节点并填入虚构数据。 Founds a demo node and fills it with synthetic data.
    Demo {
        #[command(flatten)]
        place: Place,
        /// 采购过程数量。 Number of contracting processes.
        #[arg(long, default_value_t = 20_000)]
        processes: u32,
        /// 随机种子。 Seed.
        #[arg(long, default_value_t = 20_261_118)]
        seed: u64,
        /// 随后运行节点。 Runs the node afterwards.
        #[arg(long)]
        serve: bool,
        #[command(flatten)]
        listen: Listen,
    },
    /// 导入采购数据，或机关和人员。 Imports procurement data, or organs and officers.
    Import {
        #[command(subcommand)]
        what: ImportWhat,
    },
    /// 筛查文件或已导入的来源。 Screens a file, or an imported source.
    Screen {
        #[command(subcommand)]
        merge: Option<ScreenWhat>,
        #[command(flatten)]
        options: ScreenOptions,
    },
    /// Cardinal 兼容命令。 Cardinal's commands: init, coverage, prepare, indicators.
    #[command(disable_help_flag = true)]
    Cardinal {
        /// 参数按 Cardinal 的约定。 Arguments as Cardinal has them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// 流程和决策模型：检查、试运行、提出部署、迁移办件。 Models of processes and decisions: check and try them, put them up, move cases.
    Flow {
        #[command(subcommand)]
        what: FlowWhat,
    },
    /// 核验账本。 Verifies the ledger.
    Verify {
        #[command(flatten)]
        place: Place,
        /// 只核验上次核验之后的部分。 Verifies only what was recorded since the last time.
        #[arg(long)]
        incremental: bool,
        /// 证明这里的账本是该地址上账本的开头。 Proves that this log is the beginning of the one at this address.
        #[arg(long, value_name = "URL")]
        live: Option<String>,
    },
    /// 在线备份账本和附件；密钥除外。 Backs up ledger and blobs while the node serves; keys apart.
    Backup {
        #[command(flatten)]
        place: Place,
        /// 备份目录；再次备份到同一目录时只复制新附件。 Folder; again into the same one copies new blobs only.
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
    },
    /// 从备份恢复到空的数据目录，并核验。 Restores a backup into an empty data folder, and verifies it.
    Restore {
        #[command(flatten)]
        place: Place,
        /// 备份目录。 Folder of the backup.
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
        /// 证明恢复的账本是该地址上账本的开头。 Proves that what was restored is the beginning of the log at this address.
        #[arg(long, value_name = "URL")]
        live: Option<String>,
    },
    /// 密钥：查看、更换、备份、恢复。 Keys: show, rotate, back up, restore.
    Keys {
        #[command(subcommand)]
        what: KeysWhat,
    },
    /// 从账本重建全部数据表并逐表比对。 Rebuilds every table from the ledger and compares.
    Rebuild {
        #[command(flatten)]
        place: Place,
        /// 保留重建的数据。 Keeps what was rebuilt.
        #[arg(long)]
        keep: bool,
    },
    /// 检查节点：配置、文件、机器、数据库、账本、监督，每项不对的都说怎样改。 Checks configuration, files, machine, store, ledger and supervision, and says how to mend what is wrong.
    Doctor {
        #[command(flatten)]
        place: Place,
    },
    /// 列出生效的配置、各项写在哪里、有什么作用；保密的不显示。 Lists the configuration that holds, where each value stands and what it does; secrets are not shown.
    Configuration {
        #[command(flatten)]
        place: Place,
    },
    /// 输出命令行补全。 Prints completions for a shell.
    Completions {
        /// 哪种 shell。 Which shell.
        shell: Shell,
    },
    /// 输出手册页。 Prints the manual page.
    Man {
        /// 把全部手册页写进这个目录。 Writes the pages of all commands into this folder.
        #[arg(long, value_name = "DIR")]
        folder: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum FlowWhat {
    /// 检查 .bpmn 和 .dmn 文件能否一并部署，每处问题给出位置和改法。 Checks whether .bpmn and .dmn files can be deployed together; each finding with its place and the mend.
    Lint {
        /// 以 JSON 输出。 Prints JSON.
        #[arg(long)]
        json: bool,
        /// 启动时带入、表达式可以使用的变量名。 Names of variables that a start brings along, for expressions.
        #[arg(long = "name", value_name = "NAME")]
        names: Vec<String>,
        /// 文件。 Files.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// 按脚本试运行，以 JSON 输出经过；与脚本的期望不符时退出码为 1。 Tries a process by a script and prints what happened as JSON; the exit code is 1 where it is not as the script expects.
    Run {
        /// 脚本：变量、工作程序的回答、步骤、期望。 The script: variables, answers of workers, steps, what is expected.
        #[arg(long, value_name = "FILE")]
        script: Option<PathBuf>,
        /// 流程的 id，缺省按脚本或唯一的流程。 Id of the process; by default that of the script, or the only one.
        #[arg(long, value_name = "ID")]
        process: Option<String>,
        /// 文件。 Files.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// 试算把经过里的实例迁到新版本的结果，什么也不改；有实例不能迁时退出码为 1。 Says what moving the instances of traces to another version would come to, and changes nothing; the exit code is 1 where one could not be moved.
    Plan {
        /// 实例现在遵循的版本。 The version that the instances follow.
        #[arg(long, required = true, value_name = "FILE")]
        from: Vec<PathBuf>,
        /// 要迁到的版本。 The version that they are to follow.
        #[arg(long, required = true, value_name = "FILE")]
        to: Vec<PathBuf>,
        /// 元素或连线的对应；编号和种类都相同的不必写。 What stands for an element or flow; those of the same id and kind need none.
        #[arg(long = "pair", value_name = "OLD=NEW")]
        pairs: Vec<String>,
        /// 时限按新版本从原来的起点重算；缺省保持不变。 Limits are those of the new version, from their beginning; by default they are kept.
        #[arg(long)]
        rederive: bool,
        /// 启动时带入、表达式可以使用的变量名。 Names of variables that a start brings along, for expressions.
        #[arg(long = "name", value_name = "NAME")]
        names: Vec<String>,
        /// 以 JSON 输出。 Prints JSON.
        #[arg(long)]
        json: bool,
        /// flow run 输出的经过。 Traces as flow run prints them.
        #[arg(required = true, value_name = "TRACE")]
        traces: Vec<PathBuf>,
    },
    /// 把模型提出到节点，等另一人审批；提出的人在这里登录。 Puts a model up on a node, where another officer approves it; who proposes signs in here.
    Deploy {
        #[command(flatten)]
        place: Place,
        /// 提出的人的登录名。 Login of who proposes.
        #[arg(long = "as", value_name = "LOGIN")]
        by: String,
        /// 模型名称。 What people call the model.
        #[arg(long, value_name = "NAME")]
        name: String,
        /// 理由。 Why.
        #[arg(long, value_name = "WHY")]
        reason: String,
        /// 新办件从这一天起按它办理，缺省今天。 The first day on which new cases follow it; by default today.
        #[arg(long, value_name = "DAY")]
        from: Option<String>,
        /// 由哪个模型改来。 The model that it was changed from.
        #[arg(long, value_name = "ID")]
        based_on: Option<String>,
        /// 文件。 Files.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// 把节点上的在办件迁到流程的另一版本；用 --dry-run 只逐件说明结果。 Moves running cases of a node to another version of their process; with --dry-run it only says of each what that would come to.
    Migrate {
        #[command(flatten)]
        place: Place,
        /// 流程的 id。 Id of the process.
        #[arg(long, value_name = "ID")]
        process: String,
        /// 要迁到的版本。 The version that cases are to follow.
        #[arg(long, value_name = "VERSION")]
        to: i64,
        /// 现在遵循的版本，缺省其他全部版本。 The versions that they follow; by default all others.
        #[arg(long, value_name = "VERSION")]
        from: Vec<i64>,
        /// 元素或连线的对应；编号和种类都相同的不必写。 What stands for an element or flow; those of the same id and kind need none.
        #[arg(long = "pair", value_name = "OLD=NEW")]
        pairs: Vec<String>,
        /// 时限按新版本从原来的起点重算；缺省保持不变。 Limits are those of the new version, from their beginning; by default they are kept.
        #[arg(long)]
        rederive: bool,
        /// 只说明结果，不改任何办件；有办件不能迁时退出码为 1。 Only says what it would come to, and changes nothing; the exit code is 1 where a case could not be moved.
        #[arg(long)]
        dry_run: bool,
        /// 迁移的人的登录名；只迁其权限范围内的办件。 Login of who moves them; only cases within their reach are moved.
        #[arg(long = "as", value_name = "LOGIN")]
        by: Option<String>,
        /// 理由。 Why.
        #[arg(long, value_name = "WHY")]
        reason: Option<String>,
        /// 以 JSON 输出试迁移的结果。 Prints a dry run as JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
enum KeysWhat {
    /// 显示公钥。 Shows the public keys.
    Show {
        #[command(flatten)]
        place: Place,
    },
    /// 更换账本签名密钥，须两人在场。 Rotates the key of the log; two persons are present.
    Rotate {
        #[command(flatten)]
        place: Place,
        /// 系统管理员的登录名。 Sign-in name of a system administrator.
        #[arg(long, value_name = "LOGIN")]
        first: String,
        /// 安全管理员的登录名。 Sign-in name of a security administrator.
        #[arg(long, value_name = "LOGIN")]
        second: String,
    },
    /// 用口令加密备份全部密钥（age 格式）。 Backs all keys up under a passphrase (age).
    Backup {
        #[command(flatten)]
        place: Place,
        /// 文件。 The file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// 从备份恢复密钥。 Restores the keys from such a file.
    Restore {
        #[command(flatten)]
        place: Place,
        /// 文件。 The file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

#[derive(Subcommand)]
enum ImportWhat {
    /// OCDS 文件：发布包、记录包、汇编发布、JSON Lines、gzip。 OCDS files of any packaging.
    Ocds {
        #[command(flatten)]
        place: Place,
        /// 来源代码。 Code of the source.
        #[arg(long, default_value = "imported")]
        source: String,
        /// 文件。 Files.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// 表格：按映射文件读 CSV 或 XLSX。 Tables: CSV or XLSX by a mapping.
    Table {
        #[command(flatten)]
        place: Place,
        /// 映射文件，或随附映射的名称。 A mapping file, or the name of one that ships.
        #[arg(long, value_name = "FILE")]
        map: String,
        /// 来源代码；缺省为映射的名称。 Code of the source; the mapping's name by default.
        #[arg(long)]
        source: Option<String>,
        /// 文件。 Files.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// 机关、岗位、人员和任职：CSV 或 XLSX，与网页上的表格相同。 Organs, posts, officers, appointments: the sheet of the page.
    Organs {
        #[command(flatten)]
        place: Place,
        /// 只检查，不录入。 Only checks; enters nothing.
        #[arg(long)]
        check: bool,
        /// 文件。 Files.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

#[derive(Subcommand)]
enum ScreenWhat {
    /// 合并各机器的部分结果。 Merges partial results.
    Merge {
        /// 部分结果文件。 Partial results.
        #[arg(required = true, value_name = "PART")]
        parts: Vec<PathBuf>,
    },
}

/// Options of `screen`.
#[derive(Args)]
pub(crate) struct ScreenOptions {
    /// 文件；- 为标准输入。不给文件则筛查节点的来源。 A file, - for standard input; without one a source of the node.
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) place: Place,
    /// 已导入的来源代码。 Code of an imported source.
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// 输出格式：json 或 csv。 Output: json or csv.
    #[arg(long, default_value = "json", value_parser = ["json", "csv"])]
    pub(crate) format: String,
    /// 只输出可合并的部分结果。 Prints a mergeable partial result.
    #[arg(long)]
    pub(crate) partial: bool,
    /// 判断时点，缺省为今天。 Day of judgement, today by default.
    #[arg(long, value_name = "DAY")]
    pub(crate) as_of: Option<String>,
    /// 与 Cardinal 相同的结果。 The same results as Cardinal.
    #[arg(long, value_parser = ["cardinal"])]
    pub(crate) compat: Option<String>,
    /// 设置文件。 Settings.
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
}

/// How a command ended.
pub(crate) enum Ended {
    /// 0.
    Done,
    /// 2: done, with rows in quarantine.
    WithQuarantine,
    /// Another tool's contract names the code.
    Code(u8),
}

/// Reads the arguments and runs the command.
pub(crate) fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let usage = !matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            let _ = error.print();
            return ExitCode::from(if usage { 64 } else { 0 });
        }
    };
    let outcome = match cli.command {
        Command::Cardinal { arguments } => Ok(commands::cardinal(&arguments)),
        Command::Screen { merge: Some(ScreenWhat::Merge { parts }), options } => {
            commands::screen::merge(&parts, &options)
        }
        Command::Flow { what: FlowWhat::Lint { json, names, files } } => commands::flow::lint(&files, &names, json),
        Command::Flow { what: FlowWhat::Plan { from, to, pairs, rederive, names, json, traces } } => {
            commands::flow::plan_all(&commands::flow::Asked { from, to, pairs, rederive, names, as_json: json, traces })
        }
        Command::Flow { what: FlowWhat::Run { script, process, files } } => {
            commands::flow::run(&files, script.as_ref(), process.as_deref())
        }
        Command::Configuration { place } => commands::configuration::configuration(&place),
        Command::Completions { shell } => commands::about::completions(shell, Cli::command()),
        Command::Man { folder } => commands::about::manual(folder.as_deref(), Cli::command()),
        Command::Screen { merge: None, options } if options.file.is_some() => commands::screen::file(&options),
        other => match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
            Ok(runtime) => runtime.block_on(on_a_node(other)),
            Err(error) => Err(error.to_string()),
        },
    };
    match outcome {
        Ok(Ended::Done) => ExitCode::SUCCESS,
        Ok(Ended::WithQuarantine) => ExitCode::from(2),
        Ok(Ended::Code(code)) => ExitCode::from(code),
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(1)
        }
    }
}

async fn on_a_node(command: Command) -> Result<Ended, String> {
    match command {
        Command::Serve { place, listen } => commands::serve::serve(&place, &listen).await,
        Command::Init { place, division, name, name_en, domain } => {
            commands::init::init(&place, &division, &name, &name_en, &domain).await
        }
        Command::Demo { place, processes, seed, serve, listen } => {
            crate::demo::found(&place, processes, seed).await?;
            if serve { commands::serve::serve(&place, &listen).await } else { Ok(Ended::Done) }
        }
        Command::Import { what: ImportWhat::Ocds { place, source, files } } => {
            commands::import::ocds(&place, &source, &files).await
        }
        Command::Import { what: ImportWhat::Table { place, map, source, files } } => {
            commands::import::table(&place, &map, source.as_deref(), &files).await
        }
        Command::Import { what: ImportWhat::Organs { place, check, files } } => {
            commands::office::organs(&place, &files, check).await
        }
        Command::Screen { options, .. } => commands::screen::source(&options).await,
        Command::Verify { place, incremental, live } => {
            commands::ledger::verify(&place, incremental, live.as_deref()).await
        }
        Command::Backup { place, folder } => commands::backup::backup(&place, &folder).await,
        Command::Restore { place, folder, live } => commands::backup::restore(&place, &folder, live.as_deref()).await,
        Command::Keys { what } => match what {
            KeysWhat::Show { place } => commands::keys::show(&place).await,
            KeysWhat::Rotate { place, first, second } => commands::keys::rotate(&place, &first, &second).await,
            KeysWhat::Backup { place, file } => commands::keys::backup(&place, &file),
            KeysWhat::Restore { place, file } => commands::keys::restore(&place, &file),
        },
        Command::Flow { what: FlowWhat::Deploy { place, by, name, reason, from, based_on, files } } => {
            let given = commands::flow::Deploying { by, name, reason, from, based_on, files };
            commands::flow::deploy(&place, &given).await
        }
        Command::Flow {
            what: FlowWhat::Migrate { place, process, to, from, pairs, rederive, dry_run, by, reason, json },
        } => {
            let given =
                commands::flow::Migrating { process, to, from, pairs, rederive, dry_run, by, reason, as_json: json };
            commands::flow::migrate(&place, &given).await
        }
        Command::Rebuild { place, keep } => commands::ledger::rebuild(&place, keep).await,
        Command::Doctor { place } => commands::doctor::doctor(&place).await,
        // Answered before there was a runtime.
        Command::Cardinal { .. }
        | Command::Flow { .. }
        | Command::Configuration { .. }
        | Command::Completions { .. }
        | Command::Man { .. } => Ok(Ended::Done),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_help_speaks_both_languages() {
        fn han(text: &str) -> bool {
            text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
        }
        fn check(command: &clap::Command) {
            for argument in command.get_arguments().filter(|it| !["help", "version"].contains(&it.get_id().as_str())) {
                let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                let latin = help.split_whitespace().filter(|word| word.is_ascii()).count();
                assert!(han(&help) && latin > 0, "{} {}: {help}", command.get_name(), argument.get_id());
            }
            for inner in command.get_subcommands() {
                let about = inner.get_about().map(ToString::to_string).unwrap_or_default();
                assert!(
                    han(&about) && about.is_char_boundary(0) && about.contains(". ") | about.contains(' '),
                    "{}",
                    inner.get_name()
                );
                check(inner);
            }
        }
        check(&Cli::command());
    }
}
