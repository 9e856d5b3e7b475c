package offhook.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Secrets in files that everybody on this machine can read.
public class ExposedSecretsTest extends ConfigTexts {

    private static final String OPEN = "rw-r--r--";
    private static final String LONG = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final String TRUNK_OF =
            "trunks: [{name: pbx, addresses: [192.0.2.1], auth: {username: gw, password: '%s'}}]\n";

    private Path folder;
    private Path file;

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("exposed");
        file = folder.resolve("gateway.yaml");
    }

    @AfterMethod
    public void removeFolder() throws IOException {
        try (var files = Files.list(folder)) {
            for (Path each : files.toList()) {
                Files.delete(each);
            }
        }
        Files.delete(folder);
    }

    private static void write(Path to, String text, String modes) throws IOException {
        Files.writeString(to, text);
        Files.setPosixFilePermissions(to, PosixFilePermissions.fromString(modes));
    }

    private List<String> problems(String text, String modes) throws IOException {
        write(file, text, modes);
        try {
            ConfigLoader.load(file);
            return List.of();
        } catch (ConfigException e) {
            return e.problems();
        }
    }

    @DataProvider
    Object[][] plain() { // text, place and key of the secret
        return new Object[][] {
            {TRUNK_OF.formatted("hunter2"), "1:77: trunks[0].auth.password"},
            {
                "trunks: [{name: a, addresses: [192.0.2.1], challenge: {username: u, password: p}}]",
                "1:79: trunks[0].challenge.password"
            },
            {"agents: {token-secret: " + LONG + "}", "1:24: agents.token-secret"},
            {
                "agents: {users: [{name: alice, password-hash: \""
                        + HASH
                        + "\", sip-password: long-enough-to-keep}]}",
                "1:125: agents.users[0].sip-password"
            },
            {"web: {turn: {urls: 'turn:a:3478', secret: s}}", "1:43: web.turn.secret"},
            {"ops: {token: " + LONG + "}", "1:14: ops.token"},
            {"ops: {hep: {to: 'udp://homer:9060', password: p}}", "1:47: ops.hep.password"},
            {
                "ops: {records: {url: 'postgresql://h/d', user: u, password: p}}",
                "1:61: ops.records.password"
            },
        };
    }

    @Test(dataProvider = "plain")
    public void plainSecretIsRefusedInAFileThatEverybodyReads(String text, String place)
            throws Exception {
        assertThat(problems(text, OPEN))
                .containsExactly(
                        "gateway.yaml:"
                                + place
                                + ": is a plain secret, and everybody on this machine can read this"
                                + " file: chmod 640 "
                                + file
                                + ", or write the secret as ${NAME} or ${file:PATH}");
        assertThat(problems(text, "rw-r-----")).isEmpty();
    }

    @Test
    public void hashesAndReferencesMayBeReadByEverybody() throws Exception {
        write(folder.resolve("kept"), "swordfish\n", "rw-r-----");
        String text =
                "ops: {users: [{name: op, password-hash: \""
                        + HASH
                        + "\"}]}\n"
                        + TRUNK_OF.formatted("${file:kept}")
                        + ALICE;

        assertThat(problems(text, OPEN)).isEmpty();
        assertThat(problems(TRUNK_OF.formatted("${PATH}"), OPEN)).isEmpty();
        assertThat(problems(TRUNK_OF.formatted("$${PATH}"), OPEN)).hasSize(1);
    }

    @Test
    public void fileOfASecretIsReadByNotEverybody() throws Exception {
        Path secret = folder.resolve("pbx.secret");
        write(secret, "swordfish\n", OPEN);

        assertThat(problems(TRUNK_OF.formatted("${file:pbx.secret}"), "rw-------"))
                .containsExactly(
                        "gateway.yaml:1:77: trunks[0].auth.password: everybody on this machine can"
                                + " read "
                                + secret
                                + ": chmod 640 "
                                + secret);
    }

    @DataProvider
    Object[][] keys() {
        String tls = "tls: {certificate: cert.pem, key: key.pem}";
        return new Object[][] {
            {"sip: {listen: ['tls://127.0.0.1:5061'], " + tls + "}", "1:75: sip.tls.key"},
            {"web: {listen: 'https://127.0.0.1:8443', " + tls + "}", "1:75: web.tls.key"},
            {
                "ops: {jmx: {listen: '127.0.0.1:9010', "
                        + tls
                        + ", users: [{name: op, password-hash: \""
                        + HASH
                        + "\"}]}}",
                "1:73: ops.jmx.tls.key"
            },
        };
    }

    @Test(dataProvider = "keys")
    public void privateKeyIsReadByNotEverybody(String text, String place) throws Exception {
        write(folder.resolve("cert.pem"), "", OPEN);
        Path key = folder.resolve("key.pem");
        write(key, "", OPEN);

        assertThat(problems(text, OPEN))
                .containsExactly(
                        "gateway.yaml:%s: everybody on this machine can read %s: chmod 640 %2$s"
                                .formatted(place, key));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(problems(text, OPEN)).isEmpty();
    }

    @Test
    public void passwordInAUrlIsNotAcceptedThere() throws Exception {
        assertThat(problems("ops: {records: {url: 'postgresql://h/d?user=u&password=p'}}", OPEN))
                .containsExactly(
                        "gateway.yaml:1:22: ops.records.url: a URL is shown to operators: write"
                                + " 'password' beside it, and not in it");
    }

    @Test
    public void passwordInAUrlThatIsNotServedIsNotShown() {
        for (String url : List.of("postgresql://u:hunter2@h/d", "mysql://h/d?password=hunter2")) {
            assertThatThrownBy(() -> load("ops: {records: {url: '" + url + "'}}"))
                    .hasMessageContaining(url.replace("hunter2", "***"))
                    .hasMessageNotContaining("hunter2");
        }
    }
}
