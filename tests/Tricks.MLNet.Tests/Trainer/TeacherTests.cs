using Microsoft.ML;

namespace Tricks.MLNet.Tests.Trainer;

[TestClass]
public sealed class TeacherTests : IDisposable
{
    private readonly StripeFolder _folder = new(perClass: 12);
    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _rows;

    public TeacherTests() =>
        _rows = _context.Transforms.Conversion.MapValueToKey("Label").Fit(Folder()).Transform(Folder());

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void A_student_learns_from_a_trained_model_and_at_weight_0_not_by_a_bit()
    {
        using var teacher = Trainer(StripeFolder.Options()).Fit(_rows);
        float[] Student(Action<ConvNetTrainer.Options> change)
        {
            var options = StripeFolder.Options();
            options.Seed = 2;
            change(options);
            using var model = Trainer(options).Fit(_rows);
            return [.. TestModel.Scores(model.Transform(_rows)).SelectMany(score => score)];
        }

        var alone = Student(_ => { });
        CollectionAssert.AreNotEqual(alone, Student(o => o.Teachers = [teacher]));
        CollectionAssert.AreEqual(alone, Student(o => (o.Teachers, o.Recipe) = ([teacher], o.Recipe with { DistillationWeight = 0 })));
        Assert.IsNotEmpty(TestModel.Scores(teacher.Transform(_rows))); // the teacher is still there
    }

    [TestMethod]
    public void A_teacher_of_other_classes_or_channels_and_a_disposed_one_are_refused()
    {
        using var stranger = TestModel.Create(_context, channels: 1);
        var options = StripeFolder.Options();
        options.Teachers = [stranger];
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Trainer(options).Fit(_rows)).Message, "[cat, dog, owl, pig]");

        using var colored = TestModel.Create(_context, channels: 3);
        options.Teachers = [colored];
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Trainer(options)).Message, "takes images of 3 channels");

        var teacher = Trainer(StripeFolder.Options()).Fit(_rows);
        teacher.Dispose();
        options.Teachers = [teacher];
        Assert.ThrowsExactly<ObjectDisposedException>(() => Trainer(options).Fit(_rows));
    }

    [TestMethod]
    public void The_learning_rate_finder_gives_a_curve()
    {
        var curve = Trainer(StripeFolder.Options()).FindLearningRate(_rows, from: 1e-4, to: 100, steps: 30);
        Assert.IsGreaterThan(10, curve.Points.Count);
        Assert.AreEqual(1e-4, curve.Points[0].Rate, 1e-12);
        Assert.IsTrue(curve.Points.All(point => double.IsFinite(point.Loss)));
    }

    private IDataView Folder() => _context.Data.LoadFromImageFolder(_folder.Path);

    private ConvNetTrainer Trainer(ConvNetTrainer.Options options) => _context.MulticlassClassification.Trainers.ConvNet(options);
}
