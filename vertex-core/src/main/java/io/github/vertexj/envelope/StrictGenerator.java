package io.github.vertexj.envelope;

import com.fasterxml.jackson.core.Base64Variant;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.github.vertexj.json.Base64Text;
import io.github.vertexj.json.JsonPath;
import io.github.vertexj.json.PooledBuffer;
import io.github.vertexj.json.UnwritablePredictionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A Jackson generator that writes one value after the other into a reply, always as strict JSON.
 *
 * <p>Where Jackson's own generator trusts raw text, or quotes a NaN, this one refuses with an
 * {@link UnwritablePredictionException} and the path; bytes become <code>{"b64": "…"}</code>
 * (C3.10), and floating-point numbers and texts look as they do outside of Jackson's values.
 * Settings that databind makes for a mapper of its own are ignored: they would outlast the value.
 * Not thread-safe.
 */
final class StrictGenerator extends JsonGeneratorDelegate {
  private static final int MAX_PATH_CHARS = 300;

  private final PooledBuffer buffer;
  private int values; // of the values that came before
  private @Nullable JsonStreamContext nameIn; // the object that has a name without its value …
  private int nameAt; // … if it has still so many members
  private @Nullable UnwritablePredictionException failure; // it left half a value behind

  /**
   * Begins to write.
   *
   * @param writer makes a generator that puts nothing between values
   */
  StrictGenerator(PooledBuffer buffer, ObjectWriter writer) throws IOException {
    // Without "copy methods": what databind writes comes through this generator, too.
    super(writer.createGenerator(buffer.stream()), false);
    this.buffer = buffer;
  }

  /** Begins the next value. */
  void begin() {
    values = getOutputContext().getEntryCount();
  }

  /**
   * Ends a value.
   *
   * @throws UnwritablePredictionException unless exactly one value was written since {@link #begin}
   */
  void end() throws IOException {
    if (failure != null) {
      throw failure;
    }
    if (!getOutputContext().inRoot()) {
      throw refusal("was left open: its writer must end every array and object that it starts,");
    }
    int written = getOutputContext().getEntryCount() - values;
    if (written != 1) {
      throw refusal(
          written == 0
              ? "has no JSON value: its writer wrote nothing,"
              : "has more than one JSON value: its writer must write exactly one,");
    }
    delegate.flush();
  }

  /** Gives Jackson's memory back, after the last value. */
  void release() throws IOException {
    delegate.close();
  }

  /** Whether the next token would be a field's name. */
  boolean expectsName() {
    return getOutputContext().inObject() && !named();
  }

  /** Whether a field's name is written, and its value is not. */
  private boolean named() {
    return nameIn == getOutputContext() && nameIn.getEntryCount() == nameAt;
  }

  /** The place where the next token would go, relative to the value. */
  String path() {
    JsonStreamContext here = getOutputContext();
    return path(
        here, here.inArray() ? JsonPath.element(here.getEntryCount()) : named() ? step(here) : "");
  }

  private static String path(JsonStreamContext innermost, String lastStep) {
    StringBuilder path = new StringBuilder(lastStep);
    for (JsonStreamContext at = innermost.getParent(); at != null; at = at.getParent()) {
      path.insert(0, step(at));
    }
    return path.length() > MAX_PATH_CHARS
        ? path.substring(0, MAX_PATH_CHARS) + "…"
        : path.toString();
  }

  /** The step to the value that an array or object has begun last. */
  private static String step(JsonStreamContext context) {
    return context.inArray()
        ? JsonPath.element(context.getCurrentIndex())
        : context.inObject() ? JsonPath.field(context.getCurrentName()) : "";
  }

  UnwritablePredictionException refusal(String fault) {
    return new UnwritablePredictionException(fault).within(path());
  }

  /** Writes one value by a function that knows its bytes. */
  <T> void write(T value, BiConsumer<T, PooledBuffer> writer) throws IOException {
    beginBytes();
    try {
      writer.accept(value, buffer);
    } catch (UnwritablePredictionException e) {
      JsonStreamContext here = getOutputContext();
      failure = e.within(path(here, step(here)));
      throw failure;
    }
  }

  /** Lets Jackson write what stands before a value whose bytes go straight to the reply. */
  private PooledBuffer beginBytes() throws IOException {
    delegate.writeRawValue("");
    delegate.flush();
    return buffer;
  }

  // What Jackson's generator writes without a look.

  @Override
  public void writeFieldName(String name) throws IOException {
    beginName();
    delegate.writeFieldName(wellFormed(name));
  }

  @Override
  public void writeFieldName(SerializableString name) throws IOException {
    beginName();
    delegate.writeFieldName(name);
  }

  @Override
  public void writeFieldId(long id) throws IOException {
    writeFieldName(Long.toString(id));
  }

  private void beginName() {
    JsonStreamContext here = getOutputContext();
    if (!here.inObject() || named()) {
      throw refusal("has a field's name out of place,");
    }
    nameIn = here;
    nameAt = here.getEntryCount();
  }

  /** A name without halves of surrogate pairs, which UTF-8 cannot carry. */
  private static String wellFormed(String name) {
    return name.chars().allMatch(letter -> letter < Character.MIN_SURROGATE)
        ? name
        : new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  @Override
  public void writeEndArray() throws IOException {
    if (!getOutputContext().inArray()) {
      throw refusal("ends an array that it did not start,");
    }
    delegate.writeEndArray();
  }

  @Override
  public void writeEndObject() throws IOException {
    if (!getOutputContext().inObject() || named()) {
      throw refusal("ends an object that it did not start, or after a field's name,");
    }
    delegate.writeEndObject();
    nameIn = null; // Jackson uses the context of this object for the next one
  }

  /** Spares texts databind, which makes its serializers anew for each value. */
  @Override
  public void writePOJO(@Nullable Object value) throws IOException {
    if (value instanceof String text) {
      writeString(text);
    } else {
      super.writePOJO(value);
    }
  }

  @Override
  public void writeString(@Nullable String text) throws IOException {
    if (text == null) {
      writeNull();
    } else {
      beginBytes().appendText(text);
    }
  }

  @Override
  public void writeString(char[] text, int offset, int length) throws IOException {
    writeString(new String(text, offset, length));
  }

  @Override
  public void writeUTF8String(byte[] text, int offset, int length) throws IOException {
    writeString(new String(text, offset, length, StandardCharsets.UTF_8));
  }

  @Override
  public void writeNumber(float value) throws IOException {
    verifyFinite(value);
    beginBytes().append(value);
  }

  @Override
  public void writeNumber(double value) throws IOException {
    verifyFinite(value);
    beginBytes().append(value);
  }

  private void verifyFinite(double value) {
    if (!Double.isFinite(value)) {
      throw UnwritablePredictionException.notFinite(value).within(path());
    }
  }

  /** Writes a number of an unknown class, whose text may be anything. */
  @Override
  public void writeNumber(String text) throws IOException {
    if (!RawJson.isNumber(text)) {
      throw refusal("holds a number that JSON cannot carry,");
    }
    delegate.writeNumber(text);
  }

  @Override
  public void writeNumber(char[] text, int offset, int length) throws IOException {
    writeNumber(new String(text, offset, length));
  }

  @Override
  public void writeArray(double[] values, int offset, int length) throws IOException {
    writeStartArray(values, length);
    for (int i = offset; i < offset + length; i++) {
      writeNumber(values[i]);
    }
    writeEndArray();
  }

  @Override
  public void writeArray(String[] values, int offset, int length) throws IOException {
    writeStartArray(values, length);
    for (int i = offset; i < offset + length; i++) {
      writeString(values[i]);
    }
    writeEndArray();
  }

  @Override
  public void writeBinary(Base64Variant ignored, byte[] bytes, int offset, int length)
      throws IOException {
    beginBytes().append("{\"b64\":\"");
    Base64Text.encode(bytes, offset, length, buffer);
    buffer.append("\"}");
  }

  @Override
  public int writeBinary(Base64Variant variant, InputStream in, int length) throws IOException {
    byte[] bytes = length < 0 ? in.readAllBytes() : in.readNBytes(length);
    writeBinary(variant, bytes, 0, bytes.length);
    return bytes.length;
  }

  @Override
  public void writeEmbeddedObject(@Nullable Object value) throws IOException {
    if (value instanceof byte[] bytes) {
      writeBinary(bytes);
    } else {
      delegate.writeEmbeddedObject(value);
    }
  }

  /** Writes text that is JSON already, if it is. */
  @Override
  public void writeRawValue(String json) throws IOException {
    if (!RawJson.isOneValue(json)) {
      throw refusal("holds raw text that is not one JSON value,");
    }
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    beginBytes().append(bytes, 0, bytes.length);
  }

  @Override
  public void writeRawValue(String json, int offset, int length) throws IOException {
    writeRawValue(json.substring(offset, offset + length));
  }

  @Override
  public void writeRawValue(char[] json, int offset, int length) throws IOException {
    writeRawValue(new String(json, offset, length));
  }

  @Override
  public void writeRaw(String text) {
    refuseRaw();
  }

  @Override
  public void writeRaw(String text, int offset, int length) {
    refuseRaw();
  }

  @Override
  public void writeRaw(SerializableString text) {
    refuseRaw();
  }

  @Override
  public void writeRaw(char[] text, int offset, int length) {
    refuseRaw();
  }

  @Override
  public void writeRaw(char letter) {
    refuseRaw();
  }

  @Override
  public void writeRawUTF8String(byte[] text, int offset, int length) {
    refuseRaw();
  }

  private void refuseRaw() {
    throw refusal("holds raw text outside of a value,");
  }

  // The reply goes on after a prediction's writer has flushed and closed its generator.

  @Override
  public void flush() {}

  @Override
  public void close() {}

  // What a writer with a mapper of its own sets, databind first of all.

  @Override
  public JsonGenerator disable(Feature ignored) {
    return this;
  }

  @Override
  public JsonGenerator overrideStdFeatures(int ignored, int mask) {
    return this;
  }

  @Override
  public JsonGenerator overrideFormatFeatures(int ignored, int mask) {
    return this;
  }

  @Override
  public JsonGenerator setPrettyPrinter(PrettyPrinter ignored) {
    return this;
  }

  @Override
  public JsonGenerator setCharacterEscapes(CharacterEscapes ignored) {
    return this;
  }

  @Override
  public JsonGenerator setRootValueSeparator(SerializableString ignored) {
    return this;
  }
}
