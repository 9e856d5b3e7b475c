package offhook.web;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import offhook.config.AgentsConfig;
import offhook.config.Secret;
import offhook.files.OwnFiles;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The secret that signs tokens where the configuration has none: made once, and kept, so that a
/// restart signs nobody out. One line of text, for its owner alone.
public final class TokenSecretFile {

    static final String NAME = "token-secret";

    private static final Logger LOG = LogManager.getLogger(TokenSecretFile.class);

    private static final int BYTES = 32;

    private final Path file;

    private TokenSecretFile(Path file) {
        this.file = file;
    }

    /// The same with the kept secret; as they are when they have one.
    ///
    /// @param folder where it is kept
    /// @throws IOException when there is one that cannot be read; the message says what to do
    public static AgentsConfig complete(AgentsConfig agents, Path folder) throws IOException {
        return agents.tokenSecret().isPresent()
                ? agents
                : agents.withTokenSecret(new TokenSecretFile(folder.resolve(NAME)).secret());
    }

    private Secret secret() throws IOException {
        return kept().orElseGet(this::made);
    }

    /// Empty: there is none, or none that is worth keeping.
    private Optional<Secret> kept() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            String text = Files.readString(file).strip();
            if (text.getBytes(StandardCharsets.UTF_8).length < AgentTokens.MIN_SECRET_BYTES) {
                return useless("it is shorter than " + AgentTokens.MIN_SECRET_BYTES + " bytes");
            }
            if (!OwnFiles.isOwnersAlone(file)) {
                return useless("others on this machine could read or write it");
            }
            return Optional.of(new Secret(text));
        } catch (CharacterCodingException _) {
            return useless("it is no text");
        } catch (IOException e) {
            throw new IOException(
                    file
                            + " cannot be read ("
                            + e
                            + "); give it to the user whom the gateway runs as, or remove it: then"
                            + " agents sign in anew",
                    e);
        }
    }

    /// Who knows it can sign in as anybody: better that all sign in once more.
    private Optional<Secret> useless(String why) {
        LOG.warn("token-secret-replaced file={} because={}; agents sign in anew", file, why);
        return Optional.empty();
    }

    private Secret made() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        String text = HexFormat.of().formatHex(bytes);
        try {
            OwnFiles.makeFolderOf(file, OwnFiles.Readers.GROUP);
            OwnFiles.replace(
                    file, OwnFiles.Readers.NONE, (text + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // Calls come all the same; the operator has to know what the next restart does.
            LOG.error(
                    "token-secret-not-kept file={} because={}; a restart signs all agents out",
                    file,
                    e.toString());
        }
        return new Secret(text);
    }
}
