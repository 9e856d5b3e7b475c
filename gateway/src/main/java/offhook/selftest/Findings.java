package offhook.selftest;

import java.util.ArrayList;
import java.util.List;

/// Gathers what one check finds. One thread.
final class Findings {

    private final String check;
    private final List<Finding> all = new ArrayList<>();

    Findings(String check) {
        this.check = check;
    }

    void ok(String where, String what) {
        all.add(new Finding(Severity.OK, check, where, what, ""));
    }

    void note(String where, String what, String remedy) {
        all.add(new Finding(Severity.NOTE, check, where, what, remedy));
    }

    void warning(String where, String what, String remedy) {
        all.add(new Finding(Severity.WARNING, check, where, what, remedy));
    }

    void problem(String where, String what, String remedy) {
        all.add(new Finding(Severity.PROBLEM, check, where, what, remedy));
    }

    /// Whether nothing was found that matters.
    boolean isClean() {
        return all.stream().noneMatch(each -> each.severity().compareTo(Severity.NOTE) > 0);
    }

    List<Finding> all() {
        return List.copyOf(all);
    }
}
