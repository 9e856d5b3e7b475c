package offhook.cli;

import offhook.app.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/// The program `offhook`.
@Command(
        name = "offhook",
        description = "A SIP-to-WebRTC gateway: calls of a PBX reach agents in browsers.",
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            DoctorCommand.class,
            ProbeCommand.class,
            CallsCommand.class,
            AgentsCommand.class,
            QueuesCommand.class,
            TrunksCommand.class,
            LoopsCommand.class,
            AlarmsCommand.class,
            DrainCommand.class,
            UndrainCommand.class,
            ReloadCommand.class,
            LogCommand.class,
            TraceCommand.class,
            DumpCommand.class,
            RecordsCommand.class,
            AuditCommand.class,
            ArchiveClassesCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.VersionProvider.class)
public final class Main {

    /// What went wrong is the operator's to mend.
    static final int EXIT_CONFIGURATION = 2;

    /// What is around us is not as it has to be, which may pass: whoever started it may try again.
    static final int EXIT_ENVIRONMENT = 1;

    private Main() {}

    /// Runs a command and exits with its code.
    public static void main(String[] args) {
        // Before anything logs through java.util.logging, as jitsi-srtp does.
        System.setProperty("java.util.logging.manager", "org.apache.logging.log4j.jul.LogManager");
        int code = commands().execute(args);
        if (code != 0) {
            System.exit(code);
        }
    }

    /// All of them.
    static CommandLine commands() {
        return new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    /// The version of this build.
    static final class VersionProvider implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"offhook " + Version.current()};
        }
    }
}
