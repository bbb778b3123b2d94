package io.github.vertexj;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LRUMap;
import com.fasterxml.jackson.databind.util.LookupCache;

/** Reads the type arguments that a predictor's class gives to {@link Predictor}. */
final class TypeArguments {
  private TypeArguments() {}

  /** Returns the reader for the first type argument, the instance type. */
  @SuppressWarnings("unchecked") // the class itself says that I is this type
  static <I> InstanceReader<I> instanceReader(Predictor<I, ?> predictor) {
    Class<?> type = predictor.getClass();
    // Jackson's own memory of types would keep the classes of an application that has been
    // undeployed.
    LookupCache<Object, JavaType> memory = new LRUMap<>(4, 16);
    TypeFactory types = TypeFactory.defaultInstance().withCache(memory);
    JavaType[] arguments = types.constructType(type).findTypeParameters(Predictor.class);
    if (arguments != null && arguments.length > 0 && arguments[0].hasRawClass(Received.class)) {
      throw new IllegalArgumentException(
          type.getName()
              + " takes instances with their requests: name the instance type with"
              + " PredictorProvider.receiving(InstanceType.class, predictor)");
    }
    if (arguments == null || arguments.length == 0 || arguments[0].hasRawClass(Object.class)) {
      throw new IllegalArgumentException(
          "the instance type of "
              + type.getName()
              + " is not to be seen (it is a lambda or leaves its type argument open): name it with"
              + " of(InstanceType.class, predictor)");
    }
    return (InstanceReader<I>) InstanceReader.ofType(arguments[0]);
  }
}
