using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.MLNet.Scoring;

namespace Tricks.MLNet.Tests.Scoring;

/// <summary>The columns are what ML.NET's evaluators and transforms look for.</summary>
[TestClass]
public sealed class SchemaTests
{
    private static readonly MLContext Context = new(seed: 1);

    [TestMethod]
    public void Evaluate_names_the_classes_in_its_confusion_matrix()
    {
        using var images = TestImages.WriteFiles(12);
        var rows = images.Paths.Select((path, i) => new LabelledRow { ImagePath = path, Label = TestModel.ClassNames[i % 4] }).ToList();
        var keyed = Context.Transforms.Conversion.MapValueToKey("Label").Fit(Context.Data.LoadFromEnumerable(rows))
            .Transform(Context.Data.LoadFromEnumerable(rows));
        using var model = TestModel.Create(Context, classes: ClassLabels.FromKeyColumn(keyed.Schema["Label"]));
        var metrics = Context.MulticlassClassification.Evaluate(model.Transform(keyed));
        var text = metrics.ConfusionMatrix.GetFormattedConfusionTable();
        foreach (var name in TestModel.ClassNames)
            StringAssert.Contains(text, name);
        Assert.AreEqual(4, metrics.ConfusionMatrix.NumberOfClasses);
        var predicted = model.Transform(keyed).GetColumn<uint>("PredictedLabel").ToList();
        Assert.AreEqual(predicted.Select((label, i) => label == (i % 4) + 1 ? 1.0 : 0.0).Average(), metrics.MicroAccuracy, 1e-9);
    }

    [TestMethod]
    public void A_following_MapKeyToValue_gives_the_class_names()
    {
        using var images = TestImages.WriteFiles(6);
        using var model = TestModel.Create(Context);
        var scored = model.Transform(TestModel.Paths(Context, images.Paths));
        var named = Context.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel").Fit(scored).Transform(scored);
        var expected = scored.GetColumn<uint>("PredictedLabel").Select(label => TestModel.ClassNames[label - 1]);
        CollectionAssert.AreEqual(expected.ToList(), named.GetColumn<string>("Name").ToList());
    }

    [TestMethod]
    public void Keys_of_numbers_and_booleans_give_back_numbers_and_booleans()
    {
        AssertGivesBack<int>([7, -3, 1000], NumberDataViewType.Int32);
        AssertGivesBack<float>([0.1f, 1e30f, -2], NumberDataViewType.Single);
        AssertGivesBack<bool>([true, false], BooleanDataViewType.Instance);
        AssertGivesBack<ulong>([ulong.MaxValue, 0], NumberDataViewType.UInt64);
    }

    [TestMethod]
    public void The_output_schema_carries_the_annotations_of_a_multiclass_score()
    {
        using var model = TestModel.Create(Context);
        var schema = model.GetOutputSchema(TestModel.Paths(Context, []).Schema);
        var slots = default(VBuffer<ReadOnlyMemory<char>>);
        schema["Score"].GetSlotNames(ref slots);
        CollectionAssert.AreEqual(TestModel.ClassNames, slots.DenseValues().Select(name => name.ToString()).ToArray());
        foreach (var (column, valueKind) in new[] { ("Score", "Score"), ("PredictedLabel", "PredictedLabel") })
        {
            Assert.AreEqual("MulticlassClassification", Text(schema[column], "ScoreColumnKind"));
            Assert.AreEqual(valueKind, Text(schema[column], "ScoreValueKind"));
            Assert.AreEqual(1u, SetId(schema[column]));
        }

        // A second model on top of the first is a set of its own.
        Assert.AreEqual(2u, SetId(model.GetOutputSchema(schema)["Score"]));
        Assert.AreEqual(new KeyDataViewType(typeof(uint), 4), schema["PredictedLabel"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 4), schema["Score"].Type);
    }

    [TestMethod]
    public void A_label_that_is_no_key_or_has_no_values_is_refused_with_the_remedy()
    {
        var text = Context.Data.LoadFromEnumerable([new LabelledRow { Label = "cat" }]);
        var noKey = Assert.ThrowsExactly<ArgumentException>(() => ClassLabels.FromKeyColumn(text.Schema["Label"]));
        StringAssert.Contains(noKey.Message, "'Label'");
        StringAssert.Contains(noKey.Message, "MapValueToKey");

        var bare = Context.Data.LoadFromEnumerable([new BareKeyRow { Label = 1 }]);
        var noValues = Assert.ThrowsExactly<ArgumentException>(() => ClassLabels.FromKeyColumn(bare.Schema["Label"]));
        StringAssert.Contains(noValues.Message, "without values");
    }

    [TestMethod]
    public void The_model_says_what_it_is()
    {
        using var model = TestModel.Create(Context, channels: 1);
        CollectionAssert.AreEqual(TestModel.ClassNames, model.ClassNames.ToArray());
        Assert.AreEqual("cifar_resnet8", model.Architecture.Name);
        Assert.AreEqual(TestImages.Size, model.Preprocessing.ImageSize);
        Assert.AreEqual(1, model.Preprocessing.Channels);
        Assert.AreEqual("ImagePath", model.FeatureColumnName);
        Assert.AreEqual(TextDataViewType.Instance, model.FeatureColumnType);
        Assert.AreEqual("""{"recipe":"none"}""", model.TrainingRecord);
    }

    private static void AssertGivesBack<T>(T[] values, DataViewType type)
    {
        var data = Context.Data.LoadFromEnumerable(values.Select(value => new ValueRow<T> { Label = value }).ToList());
        var keyed = Context.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        var classes = ClassLabels.FromKeyColumn(keyed.Schema["Label"]);
        var parsed = ClassLabelType.OfDataViewType(classes.Type)!.Parse(classes.Names);
        using var images = TestImages.WriteFiles(3);
        using var model = TestModel.Create(Context, classes: parsed);
        var scored = model.Transform(TestModel.Paths(Context, images.Paths));
        var back = Context.Transforms.Conversion.MapKeyToValue("Value", "PredictedLabel").Fit(scored).Transform(scored);
        Assert.AreEqual(type, back.Schema["Value"].Type);
        var expected = scored.GetColumn<uint>("PredictedLabel").Select(label => values[label - 1]).ToList();
        CollectionAssert.AreEqual(expected, back.GetColumn<T>("Value").ToList());
    }

    private static string Text(DataViewSchema.Column column, string annotation)
    {
        var text = default(ReadOnlyMemory<char>);
        column.Annotations.GetValue(annotation, ref text);
        return text.ToString();
    }

    private static uint SetId(DataViewSchema.Column column)
    {
        var id = 0u;
        column.Annotations.GetValue("ScoreColumnSetId", ref id);
        return id;
    }

    private sealed class ValueRow<T>
    {
        public T Label { get; set; } = default!;
    }

    private sealed class BareKeyRow
    {
        [KeyType(3)]
        public uint Label { get; set; }
    }
}

internal sealed class LabelledRow
{
    public string ImagePath { get; set; } = "";

    public string Label { get; set; } = "";
}
