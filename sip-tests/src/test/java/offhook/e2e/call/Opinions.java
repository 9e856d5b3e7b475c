package offhook.e2e.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import offhook.e2e.process.Program;

/// The MOS of how a trunk was heard, by each way on which the gateway shows it, in hundredths.
record Opinions(PeerStand stand, Operations operations) {

    private static final Duration LIMIT = CallStand.LIMIT;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HEARD = "{heard=\"by-us\",kind=\"trunk\"}";

    /// Of a call that lives, at this moment; a way that has none yet has 0.
    Map<String, Long> now(String call) {
        Map<String, Long> all = new LinkedHashMap<>();
        all.put(
                "the bean",
                hundredths(((Number) operations.leg(call, "trunk").get("inMos")).doubleValue()));
        JsonNode calls = json(page("/api/now")).at("/calls/list");
        StreamSupport.stream(calls.spliterator(), false)
                .filter(each -> each.path("id").asText().equals(call))
                .forEach(each ->
                        all.put(
                                "the operations page",
                                hundredths(trunk(each.path("legs")).at("/heard-by-us/mos"))));
        JsonNode plot = trunk(story(call).at("/series/legs")).at("/heard-by-us/mos");
        all.put("the doctor's plot", hundredths(plot.path(plot.size() - 1)));
        return all;
    }

    /// Of a call that is over.
    Map<String, Long> whole(String call) {
        Map<String, Long> all = new LinkedHashMap<>();
        Matcher line =
                Pattern.compile("call ended .*" + call + ".*|.*" + call + ".*call ended.*")
                        .matcher(stand.log());
        if (line.find()) {
            Matcher mos = Pattern.compile("PCMA [^,]* mos=(\\S+)").matcher(line.group());
            all.put("the log", mos.find() ? hundredths(Double.parseDouble(mos.group(1))) : 0);
        }
        JsonNode record = json(records("--format", "json", call).out());
        all.put("the record's leg", hundredths(trunk(record.path("legs")).path("mos")));
        all.put("the record", hundredths(record.path("mos")));
        all.put("the archive", hundredths(json(page("/api/records/" + call)).path("mos")));
        all.put(
                "the story",
                hundredths(trunk(story(call).at("/series/legs")).at("/whole-call/mos")));
        Program show =
                Program.run(
                        stand.folder(),
                        LIMIT,
                        List.of(
                                "calls",
                                "show",
                                call,
                                "--pid",
                                Long.toString(stand.gateway().pid())));
        Matcher shown =
                Pattern.compile("in MOS (\\S+), out MOS unknown \\(the network's delay is unknown")
                        .matcher(show.out());
        all.put("calls show", shown.find() ? hundredths(Double.parseDouble(shown.group(1))) : 0);
        return all;
    }

    /// The sum of the histogram: of the calls so far, how they were heard.
    double histogram() {
        return operations.metric("offhook_leg_mos_sum" + HEARD);
    }

    /// Whether both archives find a call by its MOS, which is lower than this.
    boolean findsBelow(double mos, String call) {
        boolean told = records("--mos-below", Double.toString(mos)).out().contains(call);
        boolean shown = page("/api/records?mos-below=" + mos).contains(call);
        if (told != shown) {
            throw new IllegalStateException("by the command " + told + ", on the page " + shown);
        }
        return told;
    }

    private Program records(String... arguments) {
        List<Object> whole = new ArrayList<>(List.of("records", "--config", stand.config().file()));
        whole.addAll(List.of(arguments));
        return Program.run(stand.folder(), LIMIT, whole);
    }

    private JsonNode story(String call) {
        return json((String) operations.invoke("call", call, String.class));
    }

    private static JsonNode trunk(JsonNode legs) {
        return StreamSupport.stream(legs.spliterator(), false)
                .filter(leg -> leg.path("kind").asText().equals("trunk"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no leg of a trunk in " + legs));
    }

    private static long hundredths(JsonNode mos) {
        return hundredths(mos.asDouble(0));
    }

    private static long hundredths(double mos) {
        return Math.round(mos * 100);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    private String page(String path) {
        URI uri = URI.create("http://127.0.0.1:" + stand.config().opsPort() + path);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(uri).timeout(LIMIT).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
