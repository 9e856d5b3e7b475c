package offhook.ops;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import javax.management.DescriptorKey;

/// What a bean or one of its attributes is, as JMX consoles show it.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Described {

    /// In a sentence.
    @DescriptorKey("description")
    String value();

    /// What it is counted in, where it is a number.
    @DescriptorKey("units")
    String units() default "";
}
