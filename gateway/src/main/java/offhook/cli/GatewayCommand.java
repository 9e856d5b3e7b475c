package offhook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.management.RuntimeMBeanException;
import offhook.fault.FailureWords;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What the commands share that ask the running gateway: they attach to it on this machine, and
/// print for people or for programs.
@Command(
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done, and all is well as far as is known",
            "1:the gateway says no, or something is in trouble",
            "2:no gateway of this user runs here, or several do; or the command was typed wrong"
        })
abstract class GatewayCommand implements Callable<Integer> {

    /// The gateway says no, or something is in trouble.
    static final int EXIT_TROUBLE = 1;

    private static final int MOST_NAMES = 20;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Option(names = "--pid", description = "the gateway's process, where several run")
    private Optional<Long> pid = Optional.empty();

    @Spec private CommandSpec spec = CommandSpec.create();

    /// Asks the gateway.
    ///
    /// @return the exit code
    /// @throws IOException when the gateway is gone
    abstract int run(RunningGateway gateway) throws IOException, InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
        try (RunningGateway gateway = RunningGateway.attach(pid)) {
            return run(gateway);
        } catch (IOException e) {
            return fail(FailureWords.of(e), Main.EXIT_CONFIGURATION);
        } catch (RuntimeMBeanException e) {
            return fail(FailureWords.of(e.getTargetException()), EXIT_TROUBLE);
        } catch (IllegalArgumentException e) {
            return fail(FailureWords.of(e), EXIT_TROUBLE);
        } catch (UndeclaredThrowableException _) {
            return fail("the gateway is of another version", Main.EXIT_CONFIGURATION);
        } finally {
            out().flush();
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /// Says why not.
    final int fail(String why, int code) {
        spec.commandLine().getErr().println("offhook: " + why);
        return code;
    }

    /// Says that there is none of this name, and which there are.
    final int unknown(String kind, String name, List<String> known) {
        return fail(
                known.isEmpty()
                        ? "no " + kind + " is named '" + name + "': none is configured"
                        : "no " + kind + " is named '" + name + "'; there are: " + some(known),
                EXIT_TROUBLE);
    }

    /// Names, as many as one reads.
    static String some(List<String> names) {
        return String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMES)))
                + (names.size() > MOST_NAMES ? " and others" : "");
    }

    /// What is to be thrown when an option has a value that it cannot have.
    final ParameterException wrong(String why) {
        return new ParameterException(spec.commandLine(), why);
    }

    /// Prints one of the two.
    ///
    /// @param forPrograms as [Json#line] takes it
    final void print(Object forPrograms, List<String> forPeople) {
        if (!json) {
            forPeople.forEach(out()::println);
            return;
        }
        out().println(Json.line(forPrograms));
    }

    /// Says what was done, to what, and how that is now.
    ///
    /// @param keysAndValues of the object for programs, by turns
    final int done(String forPeople, Object... keysAndValues) {
        print(Json.object(keysAndValues), List.of(forPeople));
        return 0;
    }

    /// Prints a line while a command goes on, for people only.
    final void progress(String line) {
        if (!json) {
            out().println(line);
            out().flush();
        }
    }
}
