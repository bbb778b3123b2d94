package io.github.vertexj.envelope;

import com.fasterxml.jackson.core.Base64Variant;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.json.JsonWriteContext;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.vertexj.json.Base64Text;
import io.github.vertexj.json.IntegerWriter;
import io.github.vertexj.json.NumberWriter;
import io.github.vertexj.json.ReplyBuffer;
import io.github.vertexj.json.ReplyPath;
import io.github.vertexj.json.TextWriter;
import io.github.vertexj.json.UnwritablePredictionException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A Jackson generator that writes one value after the other into a reply, always as strict JSON.
 *
 * <p>Where Jackson's own generator trusts raw text, or quotes a NaN, this one refuses with an
 * {@link UnwritablePredictionException} and the path; bytes become <code>{"b64": "…"}</code>
 * (C3.10), and floating-point numbers look as they do in tensors. Generator features and pretty
 * printers are ignored. Not thread-safe.
 */
final class ReplyGenerator extends NarrowGenerator {
  /** What common readers allow, less the two levels of the envelope. */
  private static final int MAX_DEPTH = StreamWriteConstraints.DEFAULT_MAX_DEPTH - 2;

  private final ReplyBuffer buffer;
  private final TextWriter texts;
  private final JsonMapper mapper;
  private @Nullable ReplySerializers idle; // for the next value, if clean
  private boolean begun; // the value has its first token
  private boolean named; // a field's name is written, its value is not
  private @Nullable UnwritablePredictionException failure; // it left half a value behind

  ReplyGenerator(ReplyBuffer buffer, JsonMapper mapper) {
    super(mapper);
    this.buffer = buffer;
    this.texts = new TextWriter(buffer);
    this.mapper = mapper;
  }

  /** Begins the next value. */
  void begin() {
    begun = false;
  }

  /**
   * Ends a value.
   *
   * @throws UnwritablePredictionException unless exactly one value was written since {@link #begin}
   */
  void end() {
    if (failure != null) {
      throw failure;
    }
    if (!begun) {
      throw refusal("has no JSON value: its writer wrote nothing,");
    }
    if (!_writeContext.inRoot()) {
      throw refusal("was left open: its writer must end every array and object that it starts,");
    }
  }

  /** The place where the next token would go, relative to the value. */
  String path() {
    return ReplyPath.ofNext(_writeContext, named);
  }

  /** Whether the next token would be a field's name. */
  boolean expectsName() {
    return _writeContext.inObject() && !named;
  }

  /** Writes one value by a function that knows its bytes. */
  <T> void write(T value, BiConsumer<T, ReplyBuffer> writer) throws IOException {
    _verifyValueWrite(WRITE_RAW);
    try {
      writer.accept(value, buffer);
    } catch (UnwritablePredictionException e) {
      failure = e.within(ReplyPath.ofLast(_writeContext));
      throw failure;
    }
  }

  @Override
  protected void _verifyValueWrite(String ignored) {
    switch (_writeContext.writeValue()) {
      case JsonWriteContext.STATUS_OK_AFTER_COMMA -> buffer.append(',');
      case JsonWriteContext.STATUS_OK_AFTER_COLON -> {} // it stands there with the name
      case JsonWriteContext.STATUS_EXPECT_NAME -> throw refusal("has a field without a name,");
      default -> beginRoot();
    }
    named = false;
  }

  private void beginRoot() {
    if (_writeContext.inRoot()) {
      if (begun) {
        throw refusal("has more than one JSON value: its writer must write exactly one,");
      }
      begun = true;
    }
  }

  @Override
  public void writeStartArray(@Nullable Object value, int size) throws IOException {
    start('[');
    _writeContext = _writeContext.createChildArrayContext(value);
  }

  @Override
  public void writeEndArray() {
    if (!_writeContext.inArray()) {
      throw refusal("ends an array that it did not start,");
    }
    end(']');
  }

  @Override
  public void writeStartObject(@Nullable Object value) throws IOException {
    start('{');
    _writeContext = _writeContext.createChildObjectContext(value);
  }

  @Override
  public void writeEndObject() {
    if (!_writeContext.inObject() || named) {
      throw refusal("ends an object that it did not start, or after a field's name,");
    }
    end('}');
  }

  private void start(char bracket) {
    if (_writeContext.getNestingDepth() >= MAX_DEPTH) {
      throw refusal(UnwritablePredictionException.TOO_DEEP);
    }
    _verifyValueWrite(WRITE_RAW);
    buffer.append(bracket);
  }

  private void end(char bracket) {
    buffer.append(bracket);
    _writeContext = _writeContext.clearAndGetParent();
  }

  @Override
  public void writeFieldName(String name) throws IOException {
    separateName(name);
    texts.write(name);
    buffer.append(':');
  }

  @Override
  public void writeFieldName(SerializableString name) throws IOException {
    byte[] quoted = name.asQuotedUTF8();
    separateName(name.getValue());
    byte[] out = buffer.reserve(quoted.length + 3);
    int at = buffer.length();
    int behind = at + quoted.length + 1;
    out[at] = '"';
    System.arraycopy(quoted, 0, out, at + 1, quoted.length);
    out[behind] = '"';
    out[behind + 1] = ':';
    buffer.endAt(behind + 2);
  }

  private void separateName(String name) throws JsonProcessingException {
    switch (_writeContext.writeFieldName(name)) {
      case JsonWriteContext.STATUS_OK_AFTER_COMMA -> buffer.append(',');
      case JsonWriteContext.STATUS_EXPECT_VALUE ->
          throw refusal("has a field's name out of place,");
      default -> {}
    }
    named = true;
  }

  /** Leaves all but text to databind, unless a writer has set a codec of its own. */
  @Override
  public void writePOJO(@Nullable Object value) throws IOException {
    if (value instanceof String text) {
      writeString(text);
    } else if (value == null || _objectCodec != mapper) {
      super.writePOJO(value);
    } else {
      serialize(value);
    }
  }

  /** Takes the idle serializers away meanwhile: a value within this one needs its own. */
  private void serialize(Object value) throws IOException {
    ReplySerializers serializers = idle == null ? new ReplySerializers(mapper) : idle;
    idle = null;
    serializers.serializeValue(this, value);
    if (serializers.clean()) {
      idle = serializers;
    }
  }

  @Override
  public void writeString(@Nullable String text) throws IOException {
    if (text == null) {
      writeNull();
    } else {
      _verifyValueWrite(WRITE_STRING);
      texts.write(text);
    }
  }

  @Override
  public void writeNumber(long value) {
    _verifyValueWrite(WRITE_NUMBER);
    byte[] out = buffer.reserve(IntegerWriter.MAX_BYTES);
    buffer.endAt(IntegerWriter.write(value, out, buffer.length()));
  }

  @Override
  public void writeNumber(float value) {
    verifyFinite(value);
    _verifyValueWrite(WRITE_NUMBER);
    byte[] out = buffer.reserve(NumberWriter.MAX_BYTES);
    buffer.endAt(NumberWriter.write(value, out, buffer.length()));
  }

  @Override
  public void writeNumber(double value) {
    verifyFinite(value);
    _verifyValueWrite(WRITE_NUMBER);
    byte[] out = buffer.reserve(NumberWriter.MAX_BYTES);
    buffer.endAt(NumberWriter.write(value, out, buffer.length()));
  }

  private void verifyFinite(double value) {
    if (!Double.isFinite(value)) {
      throw UnwritablePredictionException.notFinite(value).within(path());
    }
  }

  @Override
  public void writeNumber(@Nullable BigInteger value) {
    writeWord(value == null ? "null" : value.toString());
  }

  @Override
  public void writeNumber(@Nullable BigDecimal value) throws IOException {
    writeWord(value == null ? "null" : _asString(value));
  }

  /** Writes a number of an unknown class, whose text may be anything. */
  @Override
  public void writeNumber(String text) {
    if (!RawJson.isNumber(text)) {
      throw refusal("holds a number that JSON cannot carry,");
    }
    writeWord(text);
  }

  @Override
  public void writeBoolean(boolean value) {
    writeWord(value ? "true" : "false");
  }

  @Override
  public void writeNull() {
    writeWord("null");
  }

  private void writeWord(String ascii) {
    _verifyValueWrite(WRITE_RAW);
    buffer.append(ascii);
  }

  @Override
  public void writeBinary(Base64Variant ignored, byte[] bytes, int offset, int length) {
    _verifyValueWrite(WRITE_BINARY);
    buffer.append("{\"b64\":\"");
    Base64Text.encode(bytes, offset, length, buffer);
    buffer.append("\"}");
  }

  /** Writes text that is JSON already, if it is. */
  @Override
  public void writeRawValue(String json) throws IOException {
    if (!RawJson.isOneValue(json)) {
      throw refusal("holds raw text that is not one JSON value,");
    }
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    _verifyValueWrite(WRITE_RAW);
    buffer.append(bytes, 0, bytes.length);
  }

  @Override
  void refuseRaw() {
    throw refusal("holds raw text outside of a value,");
  }

  private UnwritablePredictionException refusal(String fault) {
    return new UnwritablePredictionException(fault).within(path());
  }
}
