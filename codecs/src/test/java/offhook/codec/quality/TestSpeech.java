package offhook.codec.quality;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Speech made by espeak-ng and brought to a sample rate by sox, once per build folder.
public final class TestSpeech {

    private static final String TEXT =
            "Good morning, this is the service desk. Please tell me your customer number, and then"
                    + " the reason of your call. We heard that the printer on the third floor makes"
                    + " a strange noise, and nobody knows which button stops it. Thank you very much"
                    + " for waiting, and have a pleasant day.";

    /// Texts with many vowels and names of digits, by espeak-ng's names of languages.
    private static final Map<String, String> TEXTS =
            Map.of(
                    "en-us",
                    TEXT,
                    "en-gb",
                    "Who are you? We were away a year ago. The weather in Ireland is lovely in May,"
                            + " and the yellow lilies grow. Nine two five, seven zero one, four four"
                            + " eight three. Aah, ooh, yes, I see. One o'clock, two o'clock, three"
                            + " o'clock, four, five, six, seven, eight, nine, ten.",
                    "de",
                    "Guten Morgen, hier ist die Auskunft. Bitte nennen Sie mir Ihre Kundennummer und"
                            + " den Grund Ihres Anrufs. Neun zwei fünf, sieben null eins. Über sieben"
                            + " Brücken musst du gehen. Ja, ja, so, so, oh weh. Vielen Dank für Ihre"
                            + " Geduld, auf Wiederhören.",
                    "es",
                    "Buenos días, le atiende el servicio al cliente. Dígame su número y el motivo de"
                            + " su llamada. Nueve dos cinco, siete cero uno. El perro de San Roque no"
                            + " tiene rabo. Muchas gracias por esperar, que tenga un buen día.",
                    "fr",
                    "Bonjour, ici le service clientèle. Dites-moi votre numéro et la raison de votre"
                            + " appel. Neuf deux cinq, sept zéro un. Un bon vin blanc vaut mieux que deux"
                            + " verres d'eau. Merci beaucoup de votre patience, bonne journée.",
                    "it",
                    "Buongiorno, servizio clienti. Mi dica il suo numero e il motivo della chiamata."
                            + " Nove due cinque, sette zero uno. Trentatré trentini entrarono a Trento."
                            + " Grazie mille per l'attesa, e buona giornata.");

    /// Men and women of espeak-ng.
    private static final List<String> VARIANTS = List.of("m1", "m3", "m7", "f1", "f2", "f4");

    private TestSpeech() {}

    /// More than 10 minutes at 8 kHz of many voices and languages, peaking at half of full scale.
    public static Recording voices() {
        Path folder =
                Path.of("target", "speech", Integer.toHexString(new TreeMap<>(TEXTS).hashCode()));
        Path wav = folder.resolve("voices.wav");
        try {
            if (!Files.exists(wav)) {
                Files.createDirectories(folder);
                List<String> join = new ArrayList<>(List.of("sox", "-R"));
                for (Map.Entry<String, String> text : new TreeMap<>(TEXTS).entrySet()) {
                    for (String variant : VARIANTS) {
                        String voice = text.getKey() + "+" + variant;
                        Path raw = folder.resolve(voice + ".wav");
                        String pitch = Integer.toString(30 + join.size() * 5 % 40);
                        run(
                                "espeak-ng",
                                "-v",
                                voice,
                                "-s",
                                "140",
                                "-p",
                                pitch,
                                "-w",
                                raw.toString(),
                                text.getValue());
                        join.add(raw.toString());
                    }
                }
                join.addAll(List.of("-b", "16", "-D", wav.toString()));
                join.addAll(List.of("norm", "-7", "rate", "-l", "8000"));
                run(join.toArray(String[]::new));
            }
            return WavFile.read(wav);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// About 16 s at 8 kHz, peaking at half of full scale.
    public static Recording narrowband() {
        return at(8000);
    }

    /// The same at another rate.
    public static Recording at(int sampleRateHz) {
        Path folder = Path.of("target", "speech", Integer.toHexString(TEXT.hashCode()));
        Path wav = folder.resolve(sampleRateHz + ".wav");
        try {
            if (!Files.exists(wav)) {
                Files.createDirectories(folder);
                Path raw = folder.resolve("espeak.wav");
                run("espeak-ng", "-v", "en-us", "-s", "150", "-w", raw.toString(), TEXT);
                run(
                        "sox",
                        "-R",
                        raw.toString(),
                        "-b",
                        "16",
                        "-D",
                        wav.toString(),
                        "rate",
                        "-v",
                        Integer.toString(sampleRateHz),
                        "norm",
                        "-6");
            }
            return WavFile.read(wav);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String... command) throws IOException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
        } catch (IOException e) {
            throw new IOException(
                    List.of(command).getFirst() + " does not run; apt-get install espeak-ng sox",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
