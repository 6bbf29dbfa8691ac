package persync.conformance;

import io.fabric8.kubernetes.api.model.Quantity;
import java.beans.BeanInfo;
import java.beans.IntrospectionException;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.cloud.deployer.spi.kubernetes.KubernetesDeployerProperties;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;

/** The fields that the binder can set in the structures of the deployer, with their types. */
final class Fields {

    private static final Map<Class<?>, String> SCALARS = Map.of(
            String.class, "text",
            Integer.class, "int",
            int.class, "int",
            Long.class, "long",
            Boolean.class, "bool",
            boolean.class, "bool",
            Quantity.class, "quantity");

    private Fields() {}

    /** Returns the type of a property of the deployer, such as volumes: a name, a list of one type, or a map by field. */
    static Object of(String property) throws IntrospectionException {
        return type(properties(KubernetesDeployerProperties.class).get(property));
    }

    private static Object type(ResolvableType type) throws IntrospectionException {
        Class<?> raw = type.resolve();
        if (SCALARS.containsKey(raw)) {
            return SCALARS.get(raw);
        }
        if (raw == List.class) {
            return List.of(type(type.getGeneric(0)));
        }
        if (raw == Map.class) {
            return "map";
        }
        Map<String, Object> fields = new TreeMap<>();
        for (Map.Entry<String, ResolvableType> field : properties(raw).entrySet()) {
            fields.put(field.getKey(), type(field.getValue()));
        }
        return fields;
    }

    private static Map<String, ResolvableType> properties(Class<?> bean) throws IntrospectionException {
        BeanInfo info = Introspector.getBeanInfo(bean, Object.class);
        Map<String, ResolvableType> properties = new TreeMap<>();
        for (PropertyDescriptor property : info.getPropertyDescriptors()) {
            if (property.getWriteMethod() != null) {
                properties.put(
                        property.getName(),
                        ResolvableType.forMethodParameter(new MethodParameter(property.getWriteMethod(), 0)));
            }
        }
        return properties;
    }
}
