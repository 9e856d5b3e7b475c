package offhook.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Reads lists in which nothing may be twice, and something must be.
final class Lists {

    private Lists() {}

    static <T> List<T> distinct(Value list, Function<Value, Optional<T>> reader) {
        List<Value> values = list.list();
        List<T> items = new ArrayList<>();
        for (Value value : values) {
            Optional<T> item = reader.apply(value);
            if (item.isPresent() && items.contains(item.get())) {
                value.problem(value.quoted() + " is there twice");
            } else {
                item.ifPresent(items::add);
            }
        }
        if (values.isEmpty()) {
            list.problem("must not be empty");
        }
        return List.copyOf(items);
    }
}
