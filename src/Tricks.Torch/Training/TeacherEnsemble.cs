using Tricks.Torch.Losses;
using Tricks.Torch.Runtime;
using Tricks.Torch.Transforms;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Training;

/// <summary>One or more teachers, which look at the same mixed input as the student and are asked for soft targets.</summary>
public sealed class TeacherEnsemble : IDisposable
{
    private readonly List<(Module<Tensor, Tensor> Network, Tensor? Scale, Tensor? Shift)> _teachers;

    /// <summary>Prepares teachers for a student.</summary>
    /// <param name="teachers">At least one; their networks stay the caller's and are put into evaluation mode.</param>
    /// <param name="student">The normalisation of the input that they will be shown.</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <param name="device">Where networks and input are.</param>
    /// <exception cref="ArgumentException">No teacher, or one of other channels.</exception>
    public TeacherEnsemble(IReadOnlyList<Teacher> teachers, Preprocessing student, double temperature, Device device)
    {
        ArgumentNullException.ThrowIfNull(teachers);
        ArgumentNullException.ThrowIfNull(student);
        ArgumentOutOfRangeException.ThrowIfZero(teachers.Count);
        Temperature = temperature;
        if (teachers.FirstOrDefault(teacher => teacher.Preprocessing.Channels != student.Channels) is { } other)
            throw new ArgumentException($"A teacher takes images of {other.Preprocessing.Channels} channels, the student of {student.Channels}; choose a teacher that was trained with Channels = {student.Channels}.", nameof(teachers));
        using var scope = NewDisposeScope();
        _teachers = [.. teachers.Select(teacher => Prepare(teacher, student, device))];
    }

    /// <summary>T, by which logits are divided.</summary>
    public double Temperature { get; }

    /// <summary>The mean of the teachers' softened probabilities.</summary>
    /// <param name="images">The student's input, mixed and normalised for the student, (N, C, H, W).</param>
    /// <returns>(N, K), without gradient, owned by the caller.</returns>
    public Tensor SoftTargets(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        List<Tensor> logits = [.. _teachers.Select(teacher => teacher.Network.call(Renormalised(images, teacher.Scale, teacher.Shift)))];
        return Distillation.SoftTargets(logits, Temperature).MoveToOuterDisposeScope();
    }

    /// <summary>Frees what belongs to this object; the teachers' networks are the caller's.</summary>
    public void Dispose()
    {
        foreach (var (_, scale, shift) in _teachers)
        {
            scale?.Dispose();
            shift?.Dispose();
        }
    }

    /// <summary>x (std_s / std_t) + (mean_s - mean_t) / std_t brings the student's values to the teacher's.</summary>
    private static (Module<Tensor, Tensor> Network, Tensor? Scale, Tensor? Shift) Prepare(Teacher teacher, Preprocessing student, Device device)
    {
        teacher.Network.eval();
        var own = teacher.Preprocessing;
        if (own.Mean.SequenceEqual(student.Mean) && own.StandardDeviation.SequenceEqual(student.StandardDeviation))
            return (teacher.Network, null, null);
        var channels = Enumerable.Range(0, own.Channels).ToList();
        return (
            teacher.Network,
            PerChannel(channels.Select(c => student.StandardDeviation[c] / own.StandardDeviation[c])),
            PerChannel(channels.Select(c => (student.Mean[c] - own.Mean[c]) / own.StandardDeviation[c])));

        Tensor PerChannel(IEnumerable<float> values) =>
            tensor(values.ToArray(), [1, own.Channels, 1, 1]).to(device).DetachFromDisposeScope(); // (1, C, 1, 1)
    }

    private static Tensor Renormalised(Tensor images, Tensor? scale, Tensor? shift) => scale is null || shift is null
        ? images
        : (images * scale.to(images.dtype)).Plus(shift.to(images.dtype));
}
