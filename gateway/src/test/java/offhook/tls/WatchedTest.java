package offhook.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import offhook.tls.TestAuthority.Identity;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// Certificates that change while they are in use.
public class WatchedTest {

    private Path certificate;
    private Path key;
    private Identity first;
    private Watched<KeyMaterial> watched;

    @BeforeMethod
    public void writeFiles() throws Exception {
        Path folder = Files.createTempDirectory("offhook-watched");
        certificate = folder.resolve("cert.pem");
        key = folder.resolve("key.pem");
        first = TestAuthority.selfSigned("dns:first");
        first.write(certificate, key);
        watched =
                new Watched<>(
                        "test",
                        List.of(certificate, key),
                        () -> KeyMaterial.read(certificate, key));
        folder.toFile().deleteOnExit();
    }

    @Test
    public void filesAreReadOnceWhileTheyStayAsTheyAre() {
        assertThat(watched.current()).isSameAs(watched.current());
    }

    @Test
    public void newFilesAreNoticed() throws Exception {
        Identity second = TestAuthority.selfSigned("dns:second");

        second.write(certificate, key);

        assertThat(watched.current().chain()).containsExactly(second.certificate());
        assertThat(watched.current().until())
                .isEqualTo(second.certificate().getNotAfter().toInstant());
    }

    @Test
    public void certificateOfAnotherKeyWaitsForItsOwn() throws Exception {
        Identity second = TestAuthority.selfSigned("dns:second");
        TestAuthority.write(certificate, second.certificate());

        assertThat(watched.current().chain()).containsExactly(first.certificate());
        second.write(certificate, key);

        assertThat(watched.current().chain()).containsExactly(second.certificate());
    }

    @Test
    public void filesThatCannotServeLeaveWhatWas() throws Exception {
        Files.writeString(certificate, "-----BEGIN CERTIFICATE-----\nbroken\n");
        assertThat(watched.current().chain()).containsExactly(first.certificate());
        Files.delete(certificate);
        assertThat(watched.current().chain()).containsExactly(first.certificate());
    }

    @Test
    public void keyThatDoesNotFitIsRefusedAtTheStart() throws Exception {
        TestAuthority.write(certificate, TestAuthority.selfSigned("dns:x").certificate());

        assertThatThrownBy(() -> KeyMaterial.read(certificate, key))
                .isInstanceOf(TlsFileException.class)
                .hasMessageContaining("do not fit");
    }
}
