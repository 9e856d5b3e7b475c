package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.testng.annotations.Test;

/// What the client library promises in four places: its code, its types, its documentation and its
/// package.
public class ClientLibraryTest {

    private static final Path SOURCES = Path.of("src/main/resources/offhook/web/static/client");
    private static final Path NPM = Path.of("src/main/npm");

    @Test
    public void everyErrorIsKnownByNameTypedAndDocumented() throws Exception {
        Map<String, Integer> codes = new TreeMap<>();
        Pattern entry = Pattern.compile("(?m)^  (\\w+): \\[?(3[12]\\d{3}),");
        entry.matcher(Files.readString(SOURCES.resolve("errors.js")))
                .results()
                .forEach(found -> codes.put(found.group(1), Integer.parseInt(found.group(2))));
        String types = Files.readString(SOURCES.resolve("offhook.d.ts"));
        String reference = Files.readString(Path.of("docs/client-library.md"));

        assertThat(codes).hasSizeGreaterThan(40);
        assertThat(codes.values()).doesNotHaveDuplicates();
        for (WebError error : WebError.values()) {
            assertThat(codes).containsEntry(error.object().name(), error.object().code());
        }
        codes.forEach((name, code) -> {
            assertThat(types).contains("'" + name + "'");
            assertThat(reference).contains("| " + code + " | " + name + " |");
        });
    }

    @Test
    public void packageExportsFilesThatAreThere() throws Exception {
        JsonNode npm = new ObjectMapper().readTree(NPM.resolve("package.json").toFile());

        assertThat(npm.path("type").asText()).isEqualTo("module");
        assertThat(npm.path("version").asText()).as("put in by scripts/package").isEqualTo("0.0.0");
        List<String> files = new ArrayList<>();
        npm.path("exports").path(".").forEach(file -> files.add(file.asText()));
        files.add(npm.path("exports").path("./clock-worker.js").asText());
        files.add(npm.path("types").asText());
        assertThat(files).allMatch(file -> Files.exists(SOURCES.resolve(file)));
    }

    @Test
    public void entryOfferedAndTypesDeclareTheSameNames() throws Exception {
        List<String> offered =
                Pattern.compile("export \\{ ([^}]+) \\}")
                        .matcher(Files.readString(SOURCES.resolve("offhook.js")))
                        .results()
                        .flatMap(found -> List.of(found.group(1).split(", ")).stream())
                        .toList();
        List<String> declared =
                Pattern.compile("(?m)^export (?:class|const|function) (\\w+)")
                        .matcher(Files.readString(SOURCES.resolve("offhook.d.ts")))
                        .results()
                        .map((MatchResult found) -> found.group(1))
                        .toList();

        assertThat(offered).containsExactlyInAnyOrderElementsOf(declared);
    }
}
