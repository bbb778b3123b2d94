package io.github.vertexj.formats;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.vertexj.Shape;
import io.github.vertexj.TensorType;
import io.github.vertexj.json.MalformedBinaryException;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The Python dictionary in a {@code .npy} header: once it is known to hold nothing but plain texts,
 * truth values, whole numbers and tuples, other brackets and quotes make JSON of it.
 *
 * @param text a character for each byte
 * @param at where it begins in the file
 */
record NpyDictionary(String text, int at) {
  private static final Pattern TOKENS =
      Pattern.compile("(?:[ \n{}():,]|'[^'\"\\\\]*'|\"[^'\"\\\\]*\"|False|True|[0-9]+)*+");
  private static final Pattern NO_TUPLE = Pattern.compile("\\([ \n]*[0-9]+[ \n]*\\)");
  private static final String TAKEN =
      Arrays.stream(TensorType.values())
          .map(NpyHeader::descr)
          .collect(Collectors.joining(", ", "; taken are " + NpyHeader.HALF + ", ", ""));
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  NpyHeader read(int dataAt, int maxRank) {
    require(!text.contains("[("), "structured arrays are not taken" + TAKEN, "[(");
    boolean plain = TOKENS.matcher(text).matches() && !NO_TUPLE.matcher(text).find();
    require(plain, "the header is no dictionary as numpy writes it", "");
    JsonNode fields = json();
    boolean complete = fields.path("descr").isTextual() && fields.path("fortran_order").isBoolean();
    require(
        complete && fields.path("shape").isArray() && fields.size() == 3,
        "the header must have descr, fortran_order and shape, each once, and nothing else",
        "");
    require(
        !fields.path("fortran_order").booleanValue(),
        "arrays in Fortran order are not taken; save what np.ascontiguousarray makes of it",
        "True");
    String descr = fields.path("descr").textValue();
    boolean half = descr.equals(NpyHeader.HALF);
    return new NpyHeader(
        half ? TensorType.FLOAT32 : type(descr),
        half,
        shape(fields.path("shape"), maxRank),
        dataAt);
  }

  private JsonNode json() {
    String json = text.replace('\'', '"').replace('(', '[').replace(')', ']');
    try {
      return JSON.readTree(json.replace("False", "false").replace("True", "true"));
    } catch (JsonProcessingException e) {
      throw new MalformedBinaryException("the header is no dictionary as numpy writes it", at);
    }
  }

  private TensorType type(String descr) {
    require(!descr.startsWith(">"), "big-endian arrays are not taken" + TAKEN, descr);
    TensorType type = NpyHeader.typeOf(descr);
    if (type == null) {
      throw fault("this type of elements is not taken" + TAKEN, descr);
    }
    return type;
  }

  private Shape shape(JsonNode tuple, int maxRank) {
    require(tuple.size() <= maxRank, "an array has at most " + maxRank + " dimensions", "(");
    int[] sizes = new int[tuple.size()];
    for (int i = 0; i < sizes.length; i++) {
      require(tuple.path(i).isInt(), "a size is a whole number from 0 to 2^31 - 1", "(");
      sizes[i] = tuple.path(i).intValue();
    }
    try {
      return Shape.of(sizes);
    } catch (IllegalArgumentException tooLarge) {
      throw new MalformedBinaryException(String.valueOf(tooLarge.getMessage()), at);
    }
  }

  private void require(boolean met, String fault, String place) {
    if (!met) {
      throw fault(fault, place);
    }
  }

  private MalformedBinaryException fault(String fault, String place) {
    return new MalformedBinaryException(fault, at + Math.max(0, text.indexOf(place)));
  }
}
