package offhook.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import offhook.fault.FailureWords;
import offhook.files.OwnFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `offhook calls box`: all that is known of a call in one file.
@Command(
        name = "box",
        description =
                "Writes all that is known of a call, also of one that is over, into a zip file.")
final class BoxCommand extends GatewayCommand {

    @Parameters(paramLabel = "ID", description = "the call")
    private String id = "";

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "the file (default: offhook-ID.zip, here)")
    private Optional<Path> out = Optional.empty();

    @Override
    int run(RunningGateway gateway) throws IOException {
        byte[] box = gateway.gateway().callBox(id);
        Path file = out.orElseGet(() -> Path.of("offhook-" + id + ".zip"));
        try {
            OwnFiles.make(file, OwnFiles.Readers.NONE);
            Files.write(file, box);
        } catch (IOException e) {
            return fail("cannot write " + file + ": " + FailureWords.ofNamed(e), EXIT_TROUBLE);
        }
        return done(
                "wrote " + file + " (" + box.length + " bytes)",
                "call",
                id,
                "file",
                file.toString(),
                "bytes",
                box.length);
    }
}
