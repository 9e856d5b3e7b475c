package offhook.e2e.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.management.Descriptor;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;

/// What a gateway has shown or written, by where that was. Bytes are kept as text of one character
/// each.
final class Haystack {
    private final Map<String, StringBuilder> places = new TreeMap<>();

    void add(String place, String text) {
        places.computeIfAbsent(place, _ -> new StringBuilder()).append(text).append('\n');
    }

    /// Archives are looked into.
    void add(String place, byte[] bytes) {
        add(place, new String(bytes, StandardCharsets.ISO_8859_1));
        if (bytes.length > 1 && bytes[0] == 'P' && bytes[1] == 'K') {
            try (var zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
                for (ZipEntry each = zip.getNextEntry(); each != null; each = zip.getNextEntry()) {
                    add(place + "!" + each.getName(), zip.readAllBytes());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// All files below a folder but these.
    void addFiles(Path folder, Set<Path> but) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).filter(each -> !but.contains(each)).toList();
        }
        for (Path each : files) {
            try {
                add("file " + folder.relativize(each), Files.readAllBytes(each));
            } catch (NoSuchFileException _) {
                // It was there for the moment: another has taken its place.
            }
        }
    }

    /// What beans show, and what those of their operations return that change nothing.
    ///
    /// @param argument of operations that want a text
    void addBeans(MBeanServerConnection beans, String pattern, String argument)
            throws IOException, JMException {
        for (ObjectName name : beans.queryNames(new ObjectName(pattern), null)) {
            for (MBeanAttributeInfo each : beans.getMBeanInfo(name).getAttributes()) {
                add("bean " + name + " " + each.getName(), read(beans, name, each.getName()));
            }
            for (MBeanOperationInfo each : beans.getMBeanInfo(name).getOperations()) {
                Descriptor said = each.getDescriptor();
                if ("false".equals(String.valueOf(said.getFieldValue("changes")))) {
                    add("bean " + name + " " + each.getName() + "()", argument, beans, name, each);
                }
            }
        }
    }

    private static String read(MBeanServerConnection beans, ObjectName name, String attribute)
            throws IOException, JMException {
        try {
            return text(beans.getAttribute(name, attribute));
        } catch (RuntimeMBeanException e) {
            return String.valueOf(e.getCause()); // not every JVM has everything
        }
    }

    private void add(
            String place,
            String argument,
            MBeanServerConnection beans,
            ObjectName name,
            MBeanOperationInfo operation)
            throws IOException, JMException {
        String[] types =
                Arrays.stream(operation.getSignature())
                        .map(parameter -> parameter.getType())
                        .toArray(String[]::new);
        Object[] arguments =
                Arrays.stream(types)
                        .map(type -> type.equals("int") ? (Object) 10 : argument)
                        .toArray();
        Object got = beans.invoke(name, operation.getName(), arguments, types);
        if (got instanceof byte[] bytes) {
            add(place, bytes);
        } else {
            add(place, text(got));
        }
    }

    private static String text(Object value) {
        return switch (value) {
            case null -> "";
            case Object[] array -> Arrays.stream(array).map(Haystack::text).toList().toString();
            case CompositeData data -> data.values().stream().map(Haystack::text).toList() + "";
            case TabularData rows -> rows.values().stream().map(Haystack::text).toList() + "";
            default -> value.toString();
        };
    }

    /// Where there is anything.
    Set<String> places() {
        return places.keySet();
    }

    /// The places whose names match and that have this text in them.
    List<String> with(String text, String place) {
        return places.entrySet().stream()
                .filter(each -> each.getKey().matches(place))
                .filter(each -> each.getValue().indexOf(text) >= 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    /// What fits a pattern, and where it is.
    List<String> like(Pattern pattern) {
        List<String> found = new ArrayList<>();
        places.forEach((place, text) ->
                pattern.matcher(text)
                        .results()
                        .map(each -> "'" + each.group() + "' in " + place)
                        .forEach(found::add));
        return found;
    }

    /// Each place where one of these is, as it is or in Base64.
    ///
    /// @param secrets by what they are
    List<String> hits(Map<String, String> secrets) {
        List<String> hits = new ArrayList<>();
        secrets.forEach((what, secret) -> {
            byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
            String encoded = Base64.getEncoder().withoutPadding().encodeToString(bytes);
            // The last character holds bits of what would follow.
            for (String form : List.of(secret, encoded.substring(0, encoded.length() - 1))) {
                with(form, ".*").forEach(place -> hits.add(what + " in " + place));
            }
        });
        return hits;
    }
}
