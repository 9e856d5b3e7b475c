package offhook.codec.opus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.testng.annotations.Test;

public class OpusLibraryTest {

    @Test
    public void theVersionTellsLibraryAndBinding() {
        assertThat(OpusLibrary.version()).contains("libopus").contains("LWJGL 3.");
    }

    @Test
    public void aMissingLibraryIsToldWithThePlatform() throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dorg.lwjgl.opus.libname=/nowhere/libopus.so",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                MakesADecoder.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(output)
                .contains("OpusUnavailableException: libopus does not load on")
                .contains(System.getProperty("os.name") + " " + System.getProperty("os.arch"))
                .contains("/nowhere/libopus.so");
    }

    /// A program of its own, since a library is loaded once per JVM.
    static final class MakesADecoder {

        public static void main(String[] args) {
            new OpusDecoder(8000).close();
        }
    }
}
