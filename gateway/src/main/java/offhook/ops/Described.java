package offhook.ops;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import javax.management.DescriptorKey;

/// What a bean, an attribute, an operation, its parameter or an item of composite data is, as JMX
/// consoles show it.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.PARAMETER, ElementType.RECORD_COMPONENT})
public @interface Described {

    /// In a sentence.
    @DescriptorKey("description")
    String value();

    /// What it is counted in, where it is a number.
    @DescriptorKey("units")
    String units() default "";

    /// Whether an operation changes something. Only one that does not is for those who may read.
    @DescriptorKey("changes")
    boolean changes() default true;
}
