package io.github.vertexj.formats;

import static io.github.vertexj.formats.Formats.JSON;
import static io.github.vertexj.formats.Formats.echo;
import static io.github.vertexj.formats.Formats.json;
import static io.github.vertexj.formats.Formats.read;
import static io.github.vertexj.formats.Formats.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.InstanceReader;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import io.github.vertexj.envelope.Envelopes;
import io.github.vertexj.envelope.Replies;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.UnwritablePredictionException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Open Inference Protocol with all tensors as JSON. */
final class OpenInferenceFormatTest {
  private static final InstanceReader<Tensor> FLOATS = InstanceReader.of(Tensor.class);
  private static final InstanceReader<Tensor> TWO_BY_TWO =
      InstanceReader.tensor(TensorSpec.of(TensorType.FLOAT32, 2, 2));
  private static final InstanceReader<Tensors> ANY_GROUP = InstanceReader.of(Tensors.class);
  private static final InstanceReader<Tensors> IDS_AND_MASK =
      InstanceReader.tensors(
          List.of(
              TensorSpec.of(TensorType.INT64, Shape.ANY).named("ids"),
              TensorSpec.of(TensorType.BOOL, Shape.ANY).named("mask")));
  private static final String TWO_ROWS =
      "{'inputs':[{'name':'x','shape':[2,3],'datatype':'FP32','data':[1,2,3,4,5,6]}]}";

  @Test
  void C11_9_rows_areInstances_andPredictionsAreOneOutput() {
    assertThat(echo(FLOATS, TWO_ROWS))
        .isEqualTo(
            "{\"model_name\":\"digits\",\"outputs\":[{\"name\":\"output\",\"shape\":[2,3],"
                + "\"datatype\":\"FP32\",\"data\":[1.0,2.0,3.0,4.0,5.0,6.0]}]}");
    assertThat(read(FLOATS, JSON, json(TWO_ROWS)).request().instances())
        .extracting(row -> row.shape().toString())
        .containsExactly("[3]", "[3]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'name':'x','shape':[1,2,2],'datatype':'FP32','data':[1,2,3,4]}",
        "{'name':'x','shape':[1,2,2],'datatype':'FP32','data':[[[1,2],[3,4]]]}",
        "{'name':'any','data':[1.0,2e0,3,4],'datatype':'FP32','shape':[1.0,2,2]}",
        "{'data':[[[1,2],[3,4]]],'shape':[1,2,2],'name':'','datatype':'FP32','more':{'data':[]}}",
        "{'n\\u0061me':'x','shape':[1,4],'datatype':'FP32','data':[1,2,3,4]}",
        " { 'name' : 'x' , 'shape' : [ 1 , 4 ] , 'data' : [ [ 1 , 2 , 3 , 4 ] ] ,"
            + " 'datatype' : 'FP32' , 'parameters' : { 'a' : [ 1 ] } } ",
      })
  void input_anyOrderAndNesting_isTheTensor(String input) {
    Tensor only =
        read(TWO_BY_TWO, JSON, json("{'inputs':[" + input + "]}")).request().instances().get(0);

    assertThat(only.shape()).isEqualTo(Shape.of(2, 2));
    assertThat(only.toFloats()).containsExactly(1, 2, 3, 4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FLOAT32 | FP32 | [0.5,-1e-3]",
        "FLOAT64 | FP64 | [0.1,-1e300]",
        "INT32 | INT32 | [-2147483648,2147483647]",
        "INT64 | INT64 | [-9223372036854775808,9007199254740993]",
        "UINT8 | UINT8 | [0,255]",
        "BOOL | BOOL | [true,false]",
      })
  void type_anyOfOurs_goesInAndOut(TensorType type, String name, String data) {
    String tensor = "'shape':[2],'datatype':'" + name + "','data':" + data + "}]";
    String reply =
        echo(InstanceReader.tensor(TensorSpec.of(type)), "{'inputs':[{'name':'x'," + tensor + "}");
    assertThat(Replies.parse(reply).at("/outputs/0/datatype").textValue()).isEqualTo(name);
    assertThat(Replies.parse(reply).at("/outputs/0/data"))
        .isEqualTo(Replies.parse(data.replace("-1e-3", "-0.001")));
  }

  @Test
  void id_andParameters_areTheRequests() {
    Exchange<Tensor, Object> exchange =
        read(
            FLOATS,
            JSON,
            json(
                "{'id':'a \\u0022 ü','parameters':{'top':3,'binary_data_output':false},"
                    + TWO_ROWS.substring(1)));

    assertThat(exchange.request().parameters().json()).hasToString("{\"top\":3}");
    assertThat(Replies.parse(echo(exchange)).path("id").textValue()).isEqualTo("a \" ü");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "{}", "{'binary_data_output':false}"})
  void C3_4_parameters_ofTheProtocolOnly_areAbsent(String parameters) {
    String body = "{'parameters':" + parameters + "," + TWO_ROWS.substring(1);
    assertThat(read(FLOATS, JSON, json(body)).request().parameters().present()).isFalse();
  }

  @Test
  void C3_6_noRows_areNoInstances_andNoOutputs() {
    String body = "{'inputs':[{'name':'x','shape':[0,3],'datatype':'FP32','data':[]}]}";
    Exchange<Tensor, Object> exchange = read(FLOATS, JSON, json(body));

    assertThat(exchange.request().instances()).isEmpty();
    assertThat(text(exchange.write(List.of(), null)))
        .isEqualTo("{\"model_name\":\"digits\",\"outputs\":[]}");
  }

  @Test
  void scalars_areInstancesWithoutDimensions() {
    String body = "{'inputs':[{'name':'x','shape':[3],'datatype':'FP32','data':[7,8,9]}]}";
    assertThat(read(FLOATS, JSON, json(body)).request().instances())
        .extracting(Tensor::shape)
        .containsOnly(Shape.SCALAR)
        .hasSize(3);
  }

  @Test
  void group_byName_comesInTheModelsOrder() {
    String ids = "{'name':'ids','shape':[2,2],'datatype':'INT64','data':[1,2,3,4]}";
    String mask = "{'name':'mask','shape':[2,2],'datatype':'BOOL','data':[true,true,false,1]}";
    List<Tensors> instances =
        read(IDS_AND_MASK, JSON, json("{'inputs':[" + mask + "," + ids + "]}"))
            .request()
            .instances();

    assertThat(instances).hasSize(2);
    assertThat(instances).extracting(Tensors::names).containsOnly(List.of("ids", "mask"));
    assertThat(instances.get(1).get("ids").integer(0)).isEqualTo(3);
    assertThat(instances.get(1).get("mask").integer(0)).isZero();
  }

  @Test
  void group_withoutSpecification_isStackableWithAnEnvelopes() {
    String inputs =
        "{'inputs':[{'name':'b','shape':[1,2],'datatype':'FP32','data':[1,2]},"
            + "{'name':'a','shape':[1],'datatype':'INT32','data':[3]}]}";
    Tensors several = read(ANY_GROUP, JSON, json(inputs)).request().instances().get(0);
    Tensors envelopes =
        Envelopes.readOne(ANY_GROUP, "{'a':{'datatype':'INT32','data':3},'b':[1,2]}");

    assertThat(several.stackableWith(envelopes)).isTrue();
    assertThat(several.get("a").integer(0)).isEqualTo(3);
    Tensors single = read(ANY_GROUP, JSON, json(TWO_ROWS)).request().instances().get(0);
    assertThat(single.stackableWith(Envelopes.readOne(ANY_GROUP, "[1,2,3]"))).isTrue();
  }

  @Test
  void group_ofOneSpecification_takesAnyNameAndItsOwn() {
    InstanceReader<Tensors> x =
        InstanceReader.tensors(List.of(TensorSpec.of(TensorType.FLOAT32, 3).named("x")));

    assertThat(read(x, JSON, json(TWO_ROWS)).request().instances().get(0).names())
        .containsExactly("x");
    assertThat(
            read(x, JSON, json(TWO_ROWS.replace("'x'", "'INPUT__0'")))
                .request()
                .instances()
                .get(0)
                .form())
        .isEqualTo(Tensors.Form.SINGLE);
  }

  @Test
  void outputs_areNamedByThePredictions() {
    Tensor one = Tensor.of(new float[] {1});
    Tensor two = Tensor.of(new long[] {2, 3}, 1, 2);
    assertThat(outputs(Tensors.named(List.of("p", "q"), List.of(one, two)), ""))
        .isEqualTo(
            "[{'name':'p','shape':[1,1],'datatype':'FP32','data':[1.0]},"
                + "{'name':'q','shape':[1,1,2],'datatype':'INT64','data':[2,3]}]");
    assertThat(outputs(Tensors.ordered(List.of(one, two)), ""))
        .contains("'name':'output_0'", "'name':'output_1'");
    assertThat(outputs(Tensors.ordered(List.of(one)), "")).contains("'name':'output'");
    assertThat(outputs(Tensor.of(new float[0], 0, 4), ""))
        .isEqualTo("[{'name':'output','shape':[1,0,4],'datatype':'FP32','data':[]}]");
  }

  @Test
  void outputs_askedFor_areTheOnlyOnes_inTheirOrder() {
    Tensors prediction =
        Tensors.named(
            Map.of(
                "p", Tensor.of(new int[] {1}),
                "q", Tensor.of(new int[] {2}),
                "r", Tensor.of(new int[] {3})));

    assertThat(outputs(prediction, "'outputs':[{'name':'r'},{'name':'p','x':1}],"))
        .isEqualTo(
            "[{'name':'r','shape':[1,1],'datatype':'INT32','data':[3]},"
                + "{'name':'p','shape':[1,1],'datatype':'INT32','data':[1]}]");
    assertThat(outputs(prediction, "'outputs':[],")).contains("'p'", "'q'", "'r'");
    assertThatThrownBy(() -> outputs(prediction, "'outputs':[{'name':'p'},{'name':'s'}],"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("the model has no such output; it has ")
        .hasMessageEndingWith(", at $.outputs[1].name");
  }

  private static String outputs(Object prediction, String asked) {
    String input = "'inputs':[{'name':'x','shape':[1],'datatype':'FP32','data':[0]}]}";
    Exchange<Tensor, Object> exchange = read(FLOATS, JSON, json("{" + asked + input));
    String reply = text(exchange.write(List.of(prediction), "metadata have no place"));
    return Replies.parse(reply).path("outputs").toString().replace('"', '\'');
  }

  @Test
  void predictions_thatCannotBeStacked_areACallersErrorThatNamesTheEnvelope() {
    Exchange<Tensor, Object> exchange = read(FLOATS, JSON, json(TWO_ROWS));
    Tensor tensor = Tensor.of(new float[] {1});

    assertThatThrownBy(() -> exchange.write(List.of(tensor, Tensor.of(new float[] {1, 2})), null))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "the predictions differ in type or shape, which this format cannot carry; send"
                + " {\"instances\": […]} as application/json to get them");
    assertThatThrownBy(() -> exchange.write(List.of(tensor, 5), null))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("this model's predictions are not tensors");
  }

  @Test
  void C3_19_notFinite_isRefusedWithItsPlace() {
    BytePool pool = BytePool.of(1 << 20);
    Exchange<Tensor, Object> exchange = read(FLOATS, JSON, json(TWO_ROWS), pool);
    Tensor good = Tensor.of(new float[] {1, 2}, 1, 2);
    Tensor bad = Tensor.of(new float[] {1, Float.NaN}, 1, 2);

    assertThatThrownBy(() -> exchange.write(List.of(good, bad), null))
        .isInstanceOf(UnwritablePredictionException.class)
        .hasMessage("the output holds NaN, which JSON cannot carry, at $.outputs[0].data[1][0][1]");
    long before = pool.pooledBytes();
    assertThat(before).as("the reply's memory went back").isPositive();
    exchange.request().close();
    assertThat(pool.pooledBytes()).isGreaterThan(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'inputs':5} | an array is wanted, at $.inputs, byte 10",
        "{'inputs':[]} | at least one input is wanted, at $.inputs, byte 12",
        "{'inputs':[5]} | an object of name, shape, datatype and data is wanted, at $.inputs[0]",
        "{'inputs':[{}]} | the field name is missing, at $.inputs[0]",
        "{'outputs':[]} | the field inputs is missing, at $, byte 14",
        "{'inputs':[{'name':'x','shape':[1],'datatype':'FP32','data':[1]}],'inputs':[]} | this"
            + " field occurs twice, at $.inputs",
        "{'inputs':[{'name':'x','shape':[1],'datatype':'FP32','data':[1]}]} 5 | the body is not"
            + " JSON: something follows the object, at byte 67",
        "{'inputs':[{'name':'x','shape':[1],'datatype':'FP32','data':[1]}] | the body is not JSON:"
            + " it ends where a comma or } is wanted, at byte 65",
        "{'id':5,'inputs':[]} | text is wanted, at $.id, byte 6",
        "{'outputs':5,'inputs':[]} | an array is wanted, at $.outputs",
        "{'outputs':[5],'inputs':[]} | an object with a name is wanted, at $.outputs[0]",
        "{'outputs':[{}],'inputs':[]} | the field name is missing, at $.outputs[0]",
        "{'outputs':[{'name':1}],'inputs':[]} | text is wanted, at $.outputs[0].name",
        "{'outputs':[{'name':'a'},{'name':'a'}],'inputs':[]} | this output occurs twice, at"
            + " $.outputs[1].name",
        "{'outputs':[{'name':'a','parameters':5}],'inputs':[]} | an object is wanted, at"
            + " $.outputs[0].parameters",
        "{'outputs':[{'name':'a','parameters':{'binary_data':1}}],'inputs':[]} | true or false is"
            + " wanted, at $.outputs[0].parameters.binary_data",
        "{'outputs':[{'name':'a','parameters':{'classification':3}}],'inputs':[]} |"
            + " classification is not served, at $.outputs[0].parameters",
        "{'outputs':[],'parameters':5} | an object is wanted, at $.parameters",
        "{'outputs':[],'parameters':{'b64':'AAAA'}} | an object is wanted, not bytes, at"
            + " $.parameters",
        "{'outputs':[],'parameters':{'binary_data_output':'yes'}} | true or false is wanted, at"
            + " $.parameters.binary_data_output",
      })
  void request_wrong_isRefusedWithItsPlace(String body, String fault) {
    assertThat(Formats.refusal(FLOATS, JSON, json(body))).startsWith(fault);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'name':5,'shape':[1],'datatype':'FP32','data':[1] | text is wanted | .name",
        "'shape':[1],'datatype':'FP32','data':[1] | the field name is missing | ''",
        "'name':'x','datatype':'FP32','data':[1] | the field shape is missing | ''",
        "'name':'x','shape':[1],'data':[1] | the field datatype is missing | ''",
        "'name':'x','shape':[1],'datatype':'FP32' | the field data is missing, and there is no"
            + " binary_data_size | ''",
        "'name':'x','name':'x','shape':[1] | the field name occurs twice | ''",
        "'name':'x','shape':5,'datatype':'FP32','data':[1] | an array of sizes is wanted | .shape",
        "'name':'x','shape':[-1],'datatype':'FP32','data':[1] | a size is a whole number | .shape",
        "'name':'x','shape':[65536,65536],'datatype':'FP32','data':[] | a tensor has at most 2^31"
            + " - 1 elements | .shape",
        "'name':'x','shape':[],'datatype':'FP32','data':1 | the first dimension is the batch, and"
            + " this shape has none | .shape",
        "'name':'x','shape':[2],'datatype':'FP32','data':[1] | the shape is said to be [2] and"
            + " numbers came as [1] | .data",
        "'name':'x','shape':[1,2],'datatype':'FP32','data':[[1],[2]] | the shape is said to be"
            + " [1, 2] and numbers came as [2, 1] | .data",
        "'name':'x','shape':[1,2],'datatype':'FP32','data':[[1,'2']] | a number is wanted |"
            + " .data[0][1]",
        "'data':[1,[2]],'name':'x','shape':[2],'datatype':'FP32' | a number is wanted | .data[1]",
        "'name':'x','shape':[1],'datatype':'float32','data':[1] | this type is not taken; taken"
            + " are FP32, FP64, INT32, INT64, UINT8, BOOL | .datatype",
        "'name':'x','shape':[1],'datatype':'BYTES','data':['a'] | this type is not taken |"
            + " .datatype",
        "'name':'x','shape':[1],'datatype':1,'data':[1] | the name of a type is wanted | .datatype",
        "'name':'x','shape':[1],'datatype':'INT64','data':[1] | the type FP32 is wanted and INT64"
            + " was given | .datatype",
        "'name':'x','shape':[1],'datatype':'FP32','data':[1e39] | this number is beyond what"
            + " float32 can hold | .data[0]",
        "'name':'x','shape':[1],'datatype':'FP32','parameters':5 | an object is wanted |"
            + " .parameters",
        "'name':'x','shape':[1],'datatype':'FP32','parameters':{'shared_memory_region':'a'} |"
            + " shared memory is not served | .parameters",
        "'name':'x','shape':[1],'datatype':'FP32','parameters':{'binary_data_size':4} | where its"
            + " bytes begin must be told by the header Inference-Header-Content-Length | ''",
        "'name':'x','shape':[1000001],'datatype':'FP32','data':[] | the shape is said to be | .data",
        "'name':'x','shape':[100000,0],'datatype':'FP32','data':[] | there are more instances than"
            + " bytes of the body | .shape",
      })
  void input_wrong_isRefusedWithItsPlace(String fields, String fault, String path) {
    assertThat(Formats.refusal(FLOATS, JSON, json("{'inputs':[{" + fields + "}]}")))
        .startsWith(fault)
        .contains(", at $.inputs[0]" + path + ", byte ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ids,INT64,[1,2] ; oops,BOOL,[1,2] | this name is not among the tensors wanted: ids, mask,"
            + " at $.inputs[1].name",
        "ids,INT64,[1,2] ; ids,INT64,[1,2] | this tensor occurs twice, at $.inputs[1].name",
        "mask,BOOL,[1,2] | the tensor ids is missing, at $.inputs, byte",
        "ids,INT64,[2,2] ; mask,BOOL,[1,2] | the first dimension is the batch, 1 here and 2 in the"
            + " first tensor, at $.inputs[1].shape",
        "ids,INT64,[1,2,2] ; mask,BOOL,[1,2] | the shape [*, *] is wanted, with the batch in"
            + " front, and [1, 2, 2] was found, at $.inputs[0].shape",
        "mask,BOOL,[1,2] ; ids,FP32,[1,2] | the type INT64 is wanted and FP32 was given, at"
            + " $.inputs[1].datatype",
      })
  void group_wrong_isRefusedWithItsPlace(String inputs, String fault) {
    StringBuilder body = new StringBuilder("{'inputs':[");
    for (String input : inputs.split(" ; ")) {
      String[] parts = input.split(",", 3);
      int elements = Shape.of(dimensions(parts[2])).elements();
      body.append(body.length() > 11 ? "," : "")
          .append(
              "{'name':'%s','datatype':'%s','shape':%s,".formatted(parts[0], parts[1], parts[2]))
          .append("'data':[1" + ",1".repeat(elements - 1) + "]}");
    }
    assertThat(Formats.refusal(IDS_AND_MASK, JSON, json(body + "]}"))).startsWith(fault);
  }

  private static int[] dimensions(String shape) {
    return java.util.stream.Stream.of(shape.replaceAll("[\\[\\]]", "").split(","))
        .mapToInt(Integer::parseInt)
        .toArray();
  }

  @Test
  void severalInputs_forOneTensor_areRefused() {
    String input = "{'name':'x','shape':[1],'datatype':'FP32','data':[1]}";
    assertThat(
            Formats.refusal(
                FLOATS,
                JSON,
                json("{'inputs':[" + input + "," + input.replace("'x'", "'y'") + "]}")))
        .startsWith("the model takes one tensor, at $.inputs[1], byte");
    assertThat(Formats.refusal(ANY_GROUP, JSON, json("{'inputs':[" + input + "," + input + "]}")))
        .startsWith("this tensor occurs twice, at $.inputs[1].name");
  }

  @Test
  void shape_withoutTheBatch_isExplained() {
    String body = "{'inputs':[{'name':'x','shape':[2,2],'datatype':'FP32','data':[1,2,3,4]}]}";
    assertThat(Formats.refusal(TWO_BY_TWO, JSON, json(body)))
        .startsWith(
            "the shape [*, 2, 2] is wanted, with the batch in front, and [2, 2] was found, at"
                + " $.inputs[0].shape");
  }

  @Test
  void manyInputs_ofAnyNames_areReadInLinearTime() {
    StringBuilder body = new StringBuilder("{'inputs':[");
    for (int i = 0; i < 100_000; i++) {
      body.append(i == 0 ? "" : ",");
      body.append("{'name':'" + i + "','shape':[1],'datatype':'FP32','data':[1]}");
    }
    Exchange<Tensors, Object> exchange = read(ANY_GROUP, JSON, json(body + "]}"));
    assertThat(exchange.request().instances().get(0).size()).isEqualTo(100_000);
  }
}
