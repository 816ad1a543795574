using Tricks.Torch.Models;
using Tricks.Torch.Training;

namespace BagOfTricks;

/// <summary>A row of one of the paper's tables.</summary>
/// <param name="Id">The candidate's name; rows of several tables that are the same training share it, and its trials.</param>
/// <param name="Title">In the table.</param>
/// <param name="Architecture">The network.</param>
/// <param name="Recipe">How it is trained.</param>
/// <param name="Paper">The paper's ImageNet top-1 in percent; "~" marks a figure quoted from memory, to be checked.</param>
/// <param name="HasTeacher">Whether it learns from a teacher besides the labels (BoT §5.3).</param>
/// <param name="ImageSize">Pixels, where it is not the settings'.</param>
/// <param name="Teacher">Where it is not the settings'.</param>
internal sealed record Row(
    string Id, string Title, Architecture Architecture, TrainingRecipe Recipe, string Paper, bool HasTeacher = false, int? ImageSize = null, Architecture? Teacher = null);

/// <summary>Rows of which each adds one trick to the one before, or, where it says so, to the first.</summary>
/// <param name="Title">With the paper's number.</param>
/// <param name="Rows">The first is what the others are compared with.</param>
internal sealed record Table(string Title, IReadOnlyList<Row> Rows);
