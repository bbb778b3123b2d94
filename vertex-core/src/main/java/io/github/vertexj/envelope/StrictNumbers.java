package io.github.vertexj.envelope;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import io.github.vertexj.json.Allowance;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A Jackson parser that gives a number only as what it is: {@code 5.0} is an integer, {@code 5.5}
 * is none (C3.8), and what is beyond a double does not become infinite. It tells an allowance what
 * its tokens become.
 */
final class StrictNumbers extends JsonParserDelegate {
  private static final double MAX_EXACT = 1L << 53;
  private static final int TOLD_AT_ONCE = 8 * 1024;

  private final TokenCosts costs;
  private final Allowance allowance;
  private int due; // and not told yet

  StrictNumbers(JsonParser parser, TokenCosts costs, Allowance allowance) {
    super(parser);
    this.costs = costs;
    this.allowance = allowance;
  }

  private void count(@Nullable JsonToken token) {
    due += costs.of(token);
    if (due >= TOLD_AT_ONCE) {
      tell();
    }
  }

  private void tell() {
    int bytes = due;
    due = 0;
    allowance.take(bytes);
  }

  /** Tells what is due: all has been read. */
  void end() {
    if (due > 0) {
      tell();
    }
  }

  @Override
  public JsonToken nextToken() throws IOException {
    JsonToken token = delegate.nextToken();
    count(token);
    return token;
  }

  @Override
  public JsonToken nextValue() throws IOException {
    JsonToken token = delegate.nextValue();
    due += costs.name();
    count(token);
    return token;
  }

  @Override
  public int getIntValue() throws IOException {
    return isFraction()
        ? (int) whole(int.class, Integer.MIN_VALUE, Integer.MAX_VALUE)
        : delegate.getIntValue();
  }

  @Override
  public long getLongValue() throws IOException {
    return isFraction()
        ? whole(long.class, Long.MIN_VALUE, Long.MAX_VALUE)
        : delegate.getLongValue();
  }

  @Override
  public short getShortValue() throws IOException {
    return isFraction()
        ? (short) whole(short.class, Short.MIN_VALUE, Short.MAX_VALUE)
        : delegate.getShortValue();
  }

  @Override
  public byte getByteValue() throws IOException {
    return isFraction() ? (byte) whole(byte.class, Byte.MIN_VALUE, 255) : delegate.getByteValue();
  }

  @Override
  public int getValueAsInt() throws IOException {
    return isFraction() ? getIntValue() : delegate.getValueAsInt();
  }

  @Override
  public int getValueAsInt(int fallback) throws IOException {
    return isFraction() ? getIntValue() : delegate.getValueAsInt(fallback);
  }

  @Override
  public long getValueAsLong() throws IOException {
    return isFraction() ? getLongValue() : delegate.getValueAsLong();
  }

  @Override
  public long getValueAsLong(long fallback) throws IOException {
    return isFraction() ? getLongValue() : delegate.getValueAsLong(fallback);
  }

  @Override
  public float getFloatValue() throws IOException {
    float value = delegate.getFloatValue();
    if (Float.isInfinite(value)) {
      throw refused(float.class);
    }
    return value;
  }

  @Override
  public double getDoubleValue() throws IOException {
    return finite(delegate.getDoubleValue());
  }

  @Override
  public double getValueAsDouble() throws IOException {
    return finite(delegate.getValueAsDouble());
  }

  @Override
  public double getValueAsDouble(double fallback) throws IOException {
    return finite(delegate.getValueAsDouble(fallback));
  }

  @Override
  public Number getNumberValue() throws IOException {
    Number value = delegate.getNumberValue();
    finite(value.doubleValue());
    return value;
  }

  // Jackson's own parser has short cuts for these, which a delegate hides.

  @Override
  public String nextFieldName() throws IOException {
    String name = delegate.nextFieldName();
    count(delegate.currentToken());
    return name;
  }

  @Override
  public boolean nextFieldName(SerializableString name) throws IOException {
    boolean found = delegate.nextFieldName(name);
    count(delegate.currentToken());
    return found;
  }

  @Override
  public String nextTextValue() throws IOException {
    String text = delegate.nextTextValue();
    count(delegate.currentToken());
    return text;
  }

  private boolean isFraction() {
    return delegate.currentToken() == JsonToken.VALUE_NUMBER_FLOAT;
  }

  private long whole(Class<?> target, long least, long most) throws IOException {
    double near = getDoubleValue();
    if (Math.abs(near) >= MAX_EXACT) {
      return exactlyWhole(target, least, most);
    }
    if (near != Math.rint(near) || near < least || near > most) {
      throw refused(target);
    }
    return (long) near;
  }

  private long exactlyWhole(Class<?> target, long least, long most) throws IOException {
    try {
      long value = delegate.getDecimalValue().longValueExact();
      if (value >= least && value <= most) {
        return value;
      }
    } catch (ArithmeticException notWhole) {
      // Refused below.
    }
    throw refused(target);
  }

  private double finite(double value) throws IOException {
    if (Double.isInfinite(value)) {
      throw refused(double.class);
    }
    return value;
  }

  private InputCoercionException refused(Class<?> target) {
    return new InputCoercionException(this, "number does not fit", delegate.currentToken(), target);
  }
}
