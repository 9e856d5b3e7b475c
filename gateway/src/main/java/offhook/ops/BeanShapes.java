package offhook.ops;

import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.management.Descriptor;
import javax.management.ImmutableDescriptor;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.openmbean.OpenMBeanAttributeInfo;
import javax.management.openmbean.OpenMBeanAttributeInfoSupport;
import javax.management.openmbean.OpenMBeanOperationInfo;
import javax.management.openmbean.OpenMBeanOperationInfoSupport;
import javax.management.openmbean.OpenMBeanParameterInfo;
import javax.management.openmbean.OpenType;
import org.jspecify.annotations.Nullable;

/// What the interface of an MXBean tells of the shapes of its attributes, arguments and results.
/// Its operations are told apart by their names. Any thread.
final class BeanShapes {

    /// No name is so long, and no identity.
    private static final int MOST_CHARS = 1000;

    private static final String OPEN_TYPE = "openType";

    private final Class<?> type;

    /// By the name of the attribute, or of the operation with brackets.
    private final Map<String, OpenType<?>> types = new ConcurrentHashMap<>();

    BeanShapes(Class<?> type) {
        this.type = type;
    }

    private Optional<Method> method(String name) {
        return Arrays.stream(type.getMethods())
                .filter(each -> each.getName().equals(name))
                .findFirst();
    }

    private Type returned(String... names) {
        return Stream.of(names)
                .flatMap(each -> method(each).stream())
                .findFirst()
                .map(Method::getGenericReturnType)
                .orElse(Object.class);
    }

    /// What a parameter is called.
    Optional<String> parameter(String operation, int index) {
        return method(operation)
                .filter(each -> index < each.getParameterCount())
                .map(each -> each.getParameters()[index].getName());
    }

    /// Refuses what no operation can take.
    ///
    /// @throws IllegalArgumentException saying which argument, and why
    void check(String operation, Object @Nullable [] arguments) {
        for (int i = 0; arguments != null && i < arguments.length; i++) {
            String name = parameter(operation, i).orElse(operation);
            check(name, arguments[i]);
            checkType(operation, i, name, arguments[i]);
        }
    }

    /// JMX itself says of it `argument type mismatch`, and not of which. Nothing but texts and
    /// numbers is checked: the others have open types of their own.
    private void checkType(String operation, int index, String name, Object value) {
        method(operation)
                .filter(each -> index < each.getParameterCount())
                .map(each -> each.getParameterTypes()[index])
                .filter(wanted -> wanted.isPrimitive() || wanted == String.class)
                .filter(wanted ->
                        !MethodType.methodType(wanted).wrap().returnType().isInstance(value))
                .ifPresent(wanted -> {
                    throw new IllegalArgumentException(
                            "%s is of the type %s; it takes %s"
                                    .formatted(
                                            name,
                                            value.getClass().getSimpleName(),
                                            wanted.getSimpleName()));
                });
    }

    /// @param name of the argument or attribute
    /// @throws IllegalArgumentException saying why it cannot be had
    static void check(String name, @Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is not given (null)");
        }
        if (value instanceof String text && text.length() > MOST_CHARS) {
            throw new IllegalArgumentException(
                    "%s has %d characters; at most %d can be meant"
                            .formatted(name, text.length(), MOST_CHARS));
        }
    }

    /// The same bean with every item described.
    MBeanInfo describe(MBeanInfo plain) {
        return new MBeanInfo(
                plain.getClassName(),
                plain.getDescription(),
                Arrays.stream(plain.getAttributes())
                        .map(this::describe)
                        .toArray(MBeanAttributeInfo[]::new),
                plain.getConstructors(),
                Arrays.stream(plain.getOperations())
                        .map(this::describe)
                        .toArray(MBeanOperationInfo[]::new),
                plain.getNotifications(),
                plain.getDescriptor());
    }

    private MBeanAttributeInfo describe(MBeanAttributeInfo plain) {
        if (!(plain instanceof OpenMBeanAttributeInfo open)) {
            return plain;
        }
        OpenType<?> described =
                DescribedType.of(
                        open.getOpenType(),
                        returned("get" + plain.getName(), "is" + plain.getName()));
        types.put(plain.getName(), described);
        return new OpenMBeanAttributeInfoSupport(
                plain.getName(),
                plain.getDescription(),
                described,
                plain.isReadable(),
                plain.isWritable(),
                plain.isIs(),
                others(plain.getDescriptor()));
    }

    private MBeanOperationInfo describe(MBeanOperationInfo plain) {
        if (!(plain instanceof OpenMBeanOperationInfo open)) {
            return plain;
        }
        OpenType<?> described =
                DescribedType.of(open.getReturnOpenType(), returned(plain.getName()));
        types.put(plain.getName() + "()", described);
        return new OpenMBeanOperationInfoSupport(
                plain.getName(),
                plain.getDescription(),
                Arrays.stream(plain.getSignature())
                        .map(OpenMBeanParameterInfo.class::cast)
                        .toArray(OpenMBeanParameterInfo[]::new),
                described,
                plain.getImpact(),
                others(plain.getDescriptor()));
    }

    /// The type in it is the one without descriptions.
    private static Descriptor others(Descriptor descriptor) {
        String[] names =
                Arrays.stream(descriptor.getFieldNames())
                        .filter(name -> !name.equals(OPEN_TYPE))
                        .toArray(String[]::new);
        return new ImmutableDescriptor(names, descriptor.getFieldValues(names));
    }

    /// What an attribute is, with every item described.
    @Nullable Object attribute(String name, @Nullable Object value) {
        return described(name, value);
    }

    /// What an operation returns, with every item described.
    @Nullable Object result(String operation, @Nullable Object value) {
        return described(operation + "()", value);
    }

    private @Nullable Object described(String name, @Nullable Object value) {
        OpenType<?> described = types.get(name);
        return value == null || described == null ? value : DescribedType.value(value, described);
    }
}
